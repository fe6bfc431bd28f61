/*
 * failpoint.c - the product's failpoints: none.
 */
#include "config.h"

#include "engine/failpoint.h"

void failpoint_stage(const char *stage, const char *name, uint32_t attempt)
{
	(void)stage, (void)name, (void)attempt;
}

void failpoint_host(const char *name, uint32_t incarnation)
{
	(void)name, (void)incarnation;
}
