/*
 * option_value.h - one option's value to and from text, for option.c (floor: base).
 */
#ifndef IMGTOP_BASE_OPTION_VALUE_H
#define IMGTOP_BASE_OPTION_VALUE_H

#include "base/option.h"

union option_value {
	bool flag;
	int64_t integer;
	uint64_t bytes;
	double seconds;
	char *text;
	int choice;
	struct option_size size;
};

/* Read text (NULL only for flags) as the option's kind and within its bounds. Text is copied: the
 * caller owns it. false: it is not such a value. */
bool option_value_read(const struct option_spec *spec, const char *text, union option_value *value);

/* As text that option_value_read takes. Returns the length that it has or would have. */
size_t option_value_format(const struct option_spec *spec, const union option_value *value,
			   char *text, size_t size);

#endif
