/*
 * jpeg_guard.h - libjpeg's errors as error records (floor: image; only for the JPEG files).
 *
 * libjpeg reports an error by a function that must not return. Each call into it runs as a step of
 * jpeg_guard_run, which is where such an error comes back to. A step keeps all it changes in the
 * struct that holds the guard, so that no local variable is lost on the way.
 */
#ifndef IMGTOP_IMAGE_JPEG_GUARD_H
#define IMGTOP_IMAGE_JPEG_GUARD_H

#include <setjmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h> /* jpeglib.h needs FILE */

#include <jpeglib.h>

#include "base/err.h"
#include "image/codec.h"

struct jpeg_guard {
	struct jpeg_error_mgr manager; /* first: libjpeg's pointer to it is one to the guard */
	struct jpeg_progress_mgr progress;
	jmp_buf escape;
	struct err *err;
	const struct codec_hooks *hooks;
	uint64_t max_scans; /* of an input; 0 = not reading */
	unsigned polls;
	bool tolerate;
	bool damaged;
	char warning[CODEC_WARNING_BYTES]; /* the first one */
};

/* Prepare a guard and make it the error and progress manager of a zeroed libjpeg object, before
 * that is created. */
void jpeg_guard_init(struct jpeg_guard *guard, j_common_ptr object, const struct codec_hooks *hooks,
		     struct err *err);

/* Progress reports need the object to be created. */
void jpeg_guard_watch(struct jpeg_guard *guard, j_common_ptr object);

/* Do a step. -1 with the guard's error record filled when libjpeg gave up in it. */
int jpeg_guard_run(struct jpeg_guard *guard, void (*step)(void *context), void *context);

/* Give up within a step; the error record has been filled. */
_Noreturn void jpeg_guard_escape(struct jpeg_guard *guard);

#endif
