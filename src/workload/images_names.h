/*
 * images_names.h - what the outputs of one folder are called (floor: workload).
 *
 * NAME.ext becomes NAME.jpg. Inputs whose outputs would collide all keep their full name and add
 * .jpg, repeated until nothing collides: the names follow from the folder's list alone, never from
 * timing or from what an earlier run left. Thumbs and sub-folders take part. ASCII letters are
 * compared without case, so that the result can be copied to a file system that does not tell them
 * apart; only full names that differ in nothing else are let through.
 *
 * Pure functions over raw bytes; only walk calls them.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_NAMES_H
#define IMGTOP_WORKLOAD_IMAGES_NAMES_H

#include <stdbool.h>
#include <stddef.h>

enum { IMAGES_NAME_BYTES = 255 }; /* longest file name that Linux takes */

enum images_name_state {
	IMAGES_NAME_GIVEN,     /* output is set */
	IMAGES_NAME_TOO_LONG,  /* it would have more than IMAGES_NAME_BYTES */
	IMAGES_NAME_NOT_IMAGE, /* it lost a collision by its first bytes: it must not be written */
};

struct images_name {
	const char *name;
	bool folder; /* a sub-folder: keeps its name, gets no output */

	/* Decided: */
	enum images_name_state state;
	char *output; /* file name of the main output; the caller frees it; NULL = none */
};

struct images_names_rules {
	const char *suffix; /* put before ".jpg"; "" = none */
	bool thumb;	    /* NAME.thumb.jpg is written, too */
	/* Is names[index] an image by its first bytes? Asked only where names collide, once each.
	 */
	bool (*is_image)(void *context, size_t index);
	void *context;
};

/* Decide the outputs of one folder, in whatever order the names come. */
void images_names_decide(struct images_name *names, size_t count,
			 const struct images_names_rules *rules);

/* Path of the thumb beside an output: "a/b.thumb.jpg" for "a/b.jpg". Caller frees. */
char *images_names_thumb(const char *output);

#endif
