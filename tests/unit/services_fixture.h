/*
 * services_fixture.h - a setup screen in a folder of its own, and its fields by name.
 */
#ifndef IMGTOP_SERVICES_FIXTURE_H
#define IMGTOP_SERVICES_FIXTURE_H

#include <stddef.h>

#include "services.h"

struct form {
	char folder[40];
	struct services *services;
	const struct ui_services *ui;
};

/* For cmocka: *state becomes a struct form. Its folder holds an input folder "photos". */
int form_setup(void **state);
int form_teardown(void **state);

/* The index of a field; a value that must be taken; a value that must be there. */
size_t form_field(const struct form *form, const char *name);
void form_put(const struct form *form, const char *name, const char *text);
void form_value_is(const struct form *form, const char *name, const char *expected);

#endif
