/*
 * option.c - options described by tables (floor: base). No state beyond the owner's values.
 */
#include "config.h"

#include "base/option.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/option_value.h"
#include "base/text.h"

static void *value_at(const struct option_spec *spec, void *values)
{
	return (char *)values + spec->offset;
}

static size_t value_size(enum option_kind kind)
{
	switch (kind) {
	case OPTION_FLAG:
		return sizeof(bool);
	case OPTION_INT:
	case OPTION_BYTES:
		return sizeof(int64_t);
	case OPTION_SECONDS:
		return sizeof(double);
	case OPTION_TEXT:
		return sizeof(char *);
	case OPTION_CHOICE:
		return sizeof(int);
	case OPTION_SIZE:
		return sizeof(struct option_size);
	}
	return 0;
}

static int refuse(const struct option_spec *spec, const char *text, struct err *err)
{
	char allowed[256], shown[128];

	option_allowed(spec, allowed, sizeof allowed);
	text_sanitise(shown, sizeof shown, text, strlen(text));
	return err_permanent(err, "--%s: \"%s\" cannot be used; allowed: %s", spec->name, shown,
			     allowed);
}

/* "" means "not given" where there is such a thing: no default, and zero is what stands for it. */
static bool takes_empty(const struct option_spec *spec)
{
	return spec->kind == OPTION_TEXT ||
	       (spec->initial == NULL && spec->kind != OPTION_FLAG && spec->kind != OPTION_CHOICE);
}

int option_parse(const struct option_spec *spec, const char *text, void *values, struct err *err)
{
	union option_value value;

	memset(&value, 0, sizeof value);
	if (text == NULL && spec->kind != OPTION_FLAG)
		return err_permanent(err, "--%s: needs a value (%s)", spec->name, spec->argument);
	if (text == NULL || *text != '\0' || !takes_empty(spec)) {
		if (!option_value_read(spec, text, &value))
			return refuse(spec, text == NULL ? "" : text, err);
	}
	if (spec->kind == OPTION_TEXT)
		free(*(char **)value_at(spec, values));
	memcpy(value_at(spec, values), &value, value_size(spec->kind));
	return 0;
}

static void default_value(const struct option_spec *spec, union option_value *value)
{
	bool good = true;

	memset(value, 0, sizeof *value);
	if (spec->initial != NULL)
		good = option_value_read(spec, spec->initial, value);
	assert(good);
	(void)good;
}

void option_defaults(const struct option_spec *specs, size_t count, void *values)
{
	for (size_t i = 0; i < count; i++) {
		union option_value value;

		default_value(&specs[i], &value);
		memcpy(value_at(&specs[i], values), &value, value_size(specs[i].kind));
	}
}

static void load_value(const struct option_spec *spec, const void *values,
		       union option_value *value)
{
	memset(value, 0, sizeof *value);
	memcpy(value, (const char *)values + spec->offset, value_size(spec->kind));
}

static bool same_value(const struct option_spec *spec, const union option_value *a,
		       const union option_value *b)
{
	if (spec->kind != OPTION_TEXT)
		return memcmp(a, b, value_size(spec->kind)) == 0;
	return strcmp(a->text ? a->text : "", b->text ? b->text : "") == 0;
}

size_t option_format(const struct option_spec *spec, const void *values, char *text, size_t size)
{
	static const union option_value nothing;
	union option_value value;

	load_value(spec, values, &value);
	if (takes_empty(spec) && same_value(spec, &value, &nothing)) {
		if (size > 0)
			text[0] = '\0';
		return 0;
	}
	return option_value_format(spec, &value, text, size);
}

bool option_is_set(const struct option_spec *spec, const void *values)
{
	union option_value value, initial;
	bool same;

	load_value(spec, values, &value);
	default_value(spec, &initial);
	same = same_value(spec, &value, &initial);
	if (spec->kind == OPTION_TEXT)
		free(initial.text);
	return !same;
}

void option_release(const struct option_spec *specs, size_t count, void *values)
{
	for (size_t i = 0; i < count; i++) {
		char **text = value_at(&specs[i], values);

		if (specs[i].kind != OPTION_TEXT)
			continue;
		free(*text);
		*text = NULL;
	}
}

const struct option_spec *option_find(const struct option_spec *specs, size_t count,
				      const char *name, size_t length)
{
	for (size_t i = 0; i < count; i++) {
		if (strlen(specs[i].name) == length && memcmp(specs[i].name, name, length) == 0)
			return &specs[i];
	}
	return NULL;
}

const struct option_spec *option_find_letter(const struct option_spec *specs, size_t count,
					     char letter)
{
	for (size_t i = 0; i < count; i++) {
		if (letter != '\0' && specs[i].letter == letter)
			return &specs[i];
	}
	return NULL;
}
