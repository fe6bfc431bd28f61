/*
 * takeout_situations.h - the situations that groups of a sample library are in (floor: program).
 * For takeout_plan.c.
 */
#ifndef IMGTOP_TAKEOUT_SITUATIONS_H
#define IMGTOP_TAKEOUT_SITUATIONS_H

#include "takeout_plan.h"

/* What a situation is made from. */
struct takeout_maker {
	const struct takeout_library *library;
	struct takeout_group *group;
	uint64_t number;
	uint32_t random;       /* of this group; any bits may be used */
	unsigned folder, year; /* where its files go, and a folder of a year */
	unsigned album;
	char stem[64];	 /* "IMG_00000123": no other group's begins like it */
	const char *ext; /* ".jpg", and what is inside */
	enum takeout_body body;
};

struct takeout_situation {
	const char *name;
	unsigned weight; /* of so many groups in the sum of weights */
	unsigned media;	 /* files */
	void (*make)(struct takeout_maker *maker);
};

extern const struct takeout_situation takeout_situations[];
extern const unsigned takeout_nsituations;

#endif
