/*
 * sidecar_name.h - the parts of a media file's name, and the names that its JSON can have
 * (floor: media).
 */
#ifndef IMGTOP_MEDIA_SIDECAR_NAME_H
#define IMGTOP_MEDIA_SIDECAR_NAME_H

#include <stdbool.h>
#include <stddef.h>

enum {
	SIDECAR_CLIP_UNITS = 46, /* Takeout keeps so many UTF-16 units before "(n)" and ".json" */
	SIDECAR_KEY_BYTES = 2048,
};

#define SIDECAR_SUPPLEMENT ".supplemental-metadata"
#define SIDECAR_JSON	   ".json"

/* A run of bytes of somebody else. */
struct sidecar_part {
	const char *bytes;
	size_t length;
};

/* "IMG_1" "(2)" ".jpg" */
struct sidecar_name {
	struct sidecar_part stem;
	struct sidecar_part number; /* with its brackets; empty when there is none */
	struct sidecar_part ext;    /* with its dot; empty when there is none */
};

struct sidecar_part sidecar_part_of(const char *text);

/* Cut a name up. Its parts point into it. An extension has 1 to 5 letters, digits or '~', and not
 * only digits: "2013.12" has none. */
struct sidecar_name sidecar_name_split(const char *name, size_t length);

/* The length of a "(n)" at the end of bytes, which must not be all there is; or 0. */
size_t sidecar_number_length(const char *bytes, size_t length);

/* A name that is being put together. Too long a one is full and equals no file's name. */
struct sidecar_key {
	char bytes[SIDECAR_KEY_BYTES];
	size_t length;
	bool full;
};

void sidecar_key_add(struct sidecar_key *key, struct sidecar_part part);

/* clip46(base + suffix) + number + ".json"; suffix is SIDECAR_SUPPLEMENT or "". */
void sidecar_key_make(struct sidecar_key *key, struct sidecar_part base, const char *suffix,
		      struct sidecar_part number);

#endif
