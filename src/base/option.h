/*
 * option.h - options described by tables (floor: base).
 *
 * One table entry feeds parsing, range checks, --help, the manual, the completions, the setup
 * screen and the equivalent command line. Values live in a plain struct of the owner; an entry
 * says at which offset and of which C type.
 */
#ifndef IMGTOP_BASE_OPTION_H
#define IMGTOP_BASE_OPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

enum option_kind {
	OPTION_FLAG,	/* bool */
	OPTION_INT,	/* int64_t, minimum..maximum */
	OPTION_BYTES,	/* uint64_t, suffixes k M G T (powers of 1024) */
	OPTION_SECONDS, /* double, >= 0, fractions allowed */
	OPTION_TEXT,	/* char *, owned by the struct, NULL when not given */
	OPTION_CHOICE,	/* int, index into choices */
	OPTION_SIZE,	/* struct option_size: "1920x1920", or "1920" for a square */
};

struct option_size {
	int width_px;
	int height_px;
};

struct option_spec {
	const char *name; /* without dashes: "max-pixels" */
	char letter;	  /* 's' for -s, '\0' when there is none */
	enum option_kind kind;
	const char *argument;	    /* "N", "DIR", ...; NULL for flags */
	const char *help;	    /* one sentence without a full stop */
	const char *initial;	    /* default as text, NULL when empty */
	const char *const *choices; /* OPTION_CHOICE: NULL-terminated */
	int64_t minimum; /* of numbers; of both sides of an OPTION_SIZE, which are >= 1 */
	int64_t maximum; /* 0 = no upper bound */
	size_t offset;	 /* of the value in the owner's struct */
};

/* Set every value of the table to its default. */
void option_defaults(const struct option_spec *specs, size_t count, void *values);

/* Parse text into the value (flags: "yes"/"no"; NULL text means "yes"; "" means "not given" for
 * texts and for options without a default).
 *   error: a permanent error that names the option, the text, and what is allowed */
int option_parse(const struct option_spec *spec, const char *text, void *values, struct err *err);

/* What the option takes, for messages and help: "a whole number from 1 to 100". */
void option_allowed(const struct option_spec *spec, char *text, size_t size);

/* The value as text that option_parse reads back. Returns the length; "" when not given. */
size_t option_format(const struct option_spec *spec, const void *values, char *text, size_t size);

/* Does the value differ from its default? */
bool option_is_set(const struct option_spec *spec, const void *values);

/* Release what the values own. */
void option_release(const struct option_spec *specs, size_t count, void *values);

/* Look an entry up by long name or by letter; NULL when there is none. */
const struct option_spec *option_find(const struct option_spec *specs, size_t count,
				      const char *name, size_t length);
const struct option_spec *option_find_letter(const struct option_spec *specs, size_t count,
					     char letter);

#endif
