/*
 * images_stages_fixture.h - one image on its way through the stages of the images workload.
 *
 * Pictures are made here. All stages run in one process; where it matters the slot moves to another
 * address between every two of them, and what stays behind is destroyed.
 */
#ifndef IMGTOP_TESTS_IMAGES_STAGES_FIXTURE_H
#define IMGTOP_TESTS_IMAGES_STAGES_FIXTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "image/codec.h"
#include "image_support.h"
#include "images_fixture.h"
#include "workload/images_slot.h"
#include "workload/workload.h"

enum { SLOT_BYTES = 16 << 20, BORDERS = 16 };

struct fixture {
	struct images_fixture base;
	struct slot_memory slots[2];
	struct work work;
	bool moving;	/* the slot moves between stages */
	bool abandoned; /* the item is: work_cancelled says so */
	uint64_t admitted;
	unsigned stages[BORDERS]; /* as the stages, run as one, named them */
	unsigned nstages;
};

/* cmocka's; *state becomes a struct fixture. */
int set_up(void **state);
int tear_down(void **state);

/* Give an option a value. */
void set(struct fixture *fixture, const char *name, const char *value);

/* A new item, in the first slot. */
void begin(struct fixture *fixture, const char *input, const char *output);

/* Run stages one by one. Returns -1 after the first that fails. */
int run_stages(struct fixture *fixture, unsigned first, unsigned last);

/* All stages of a new item. */
int run(struct fixture *fixture, const char *input, const char *output);

/* ---- files and pictures ---- */

/* Its bytes are the caller's to free. */
struct bytes read_file(const char *path);

off_t file_bytes(const char *path);
bool exists(const char *path);
bool same_bytes(const char *left, const char *right);

/* A coloured JPEG, different at every corner, and one with an orientation. */
void put_jpeg(const char *path, uint32_t width, uint32_t height);
void put_turned_jpeg(const char *path, uint32_t width, uint32_t height, unsigned orientation);

/* Red, the right half of it transparent. */
void put_png(const char *path, uint32_t width, uint32_t height);

/* What a file says of its picture. */
struct codec_info probe(const char *path);

/* Is it a JPEG of this size? */
void assert_size(const char *path, uint32_t width, uint32_t height);

/* Does the item end like this, with nothing written? */
void assert_refused(struct fixture *fixture, const char *input, enum err_kind kind,
		    const char *reason);

#endif
