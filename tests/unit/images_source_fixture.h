/*
 * images_source_fixture.h - what the images workload finds below its inputs.
 */
#ifndef IMGTOP_TESTS_IMAGES_SOURCE_FIXTURE_H
#define IMGTOP_TESTS_IMAGES_SOURCE_FIXTURE_H

#include <stdint.h>

#include "base/text.h"
#include "images_fixture.h"

enum { MOST_INPUTS = 4 };

struct fixture {
	struct images_fixture base;
	const char *inputs[MOST_INPUTS];
	struct textbuf found; /* "input>output" or "input!reason", a line each */
	struct textbuf warnings;
	uint64_t estimate;
	uint64_t seen;	     /* entries of folders */
	uint64_t seen_most;  /* the source is to return then; 0: never */
	unsigned emits_left; /* the run is stopped when used up */
};

/* cmocka's; *state becomes a struct fixture. */
int set_up(void **state);
int tear_down(void **state);

/* Give an option a value. */
void set(struct fixture *fixture, const char *name, const char *value);

/* Search these inputs, of which there may be fewer than two (NULL). */
int find(struct fixture *fixture, const char *first, const char *second);

/* Check the plan, as before a run. */
int check(struct fixture *fixture, const char *first, const char *second);

/* What is found, as in struct fixture. */
void assert_found(struct fixture *fixture, const char *first, const char *second,
		  const char *expected);

/* Why a plan is refused. */
void assert_check_says(struct fixture *fixture, const char *first, const char *second,
		       const char *reason);

/* Enough of a JPEG file to be taken for one. */
void image(const char *path);

void folder(const char *path);

#endif
