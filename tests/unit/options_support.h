/*
 * options_support.h - a workload of the tests' own in the registry, so that options of every kind
 * take part, and command lines that are read or refused.
 */
#ifndef IMGTOP_TESTS_OPTIONS_SUPPORT_H
#define IMGTOP_TESTS_OPTIONS_SUPPORT_H

#include "options.h"

/* The values of its options. */
struct pictures {
	struct option_size max;
	int64_t quality;
	char *patch;
	char *colour;
	bool tolerate;
	bool sharpen;
	int metadata;
};

extern const struct workload options_pictures;

enum { MOST_WORDS = 40 };

/* Words of a command line, NULL-terminated. */
#define WORDS(...) ((const char *const[MOST_WORDS + 1]){"imgtop", __VA_ARGS__})

/* Fails the test when the words are refused. */
struct options read_words(const char *const *words);

/* Fails the test unless they are refused with this sentence. */
void expect_refused(const char *const *words, const char *sentence);

#endif
