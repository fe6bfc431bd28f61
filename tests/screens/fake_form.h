/*
 * fake_form.h - services of a setup form with few fields, whose values are kept and checked, and
 * which start nothing.
 */
#ifndef IMGTOP_TESTS_FAKE_FORM_H
#define IMGTOP_TESTS_FAKE_FORM_H

#include <stdbool.h>

#include "tui/services.h"

enum { FAKE_STRATEGY, FAKE_WORKERS, FAKE_IO, FAKE_INPUT, FAKE_FSYNC, FAKE_FIELDS };

struct fake_form {
	struct ui_services services;
	char value[FAKE_FIELDS][256];
	bool samples;  /* no input was given */
	bool measured; /* the recommendation is of a sample */
	int taken;     /* how often it was taken */
};

void fake_form_init(struct fake_form *form);

#endif
