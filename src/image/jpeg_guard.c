/*
 * jpeg_guard.c - libjpeg's errors as error records.
 */
#include "config.h"

#include "image/jpeg_guard.h"

#include <inttypes.h>
#include <string.h>

#include <jerror.h>

#include "image/codec_internal.h"

/* Asking whether the item was abandoned costs a call; rows come by the thousand. */
enum { POLL_EVERY = 16 };

_Noreturn void jpeg_guard_escape(struct jpeg_guard *guard)
{
	longjmp(guard->escape, 1);
}

static _Noreturn void on_error(j_common_ptr object)
{
	struct jpeg_guard *guard = (struct jpeg_guard *)object->err;
	char text[JMSG_LENGTH_MAX];

	guard->manager.format_message(object, text);
	switch (guard->manager.msg_code) {
	case JERR_OUT_OF_MEMORY:
		err_transient(guard->err, "JPEG: %s", text);
		break;
	case JERR_NO_BACKING_STORE:
		err_permanent(guard->err,
			      "JPEG: the decoder needs more than %ld bytes (--jpeg-memory)",
			      object->mem->max_memory_to_use);
		break;
	default:
		err_permanent(guard->err, "JPEG: %s", text);
		break;
	}
	jpeg_guard_escape(guard);
}

/* level < 0: a warning, data are damaged; else a trace message. */
static void on_message(j_common_ptr object, int level)
{
	struct jpeg_guard *guard = (struct jpeg_guard *)object->err;
	char text[JMSG_LENGTH_MAX];

	/* A JFIF version that the library does not know says nothing of the picture. */
	if (level >= 0 || guard->manager.msg_code == JWRN_JFIF_MAJOR)
		return;
	guard->manager.num_warnings++;
	if (guard->damaged)
		return;
	guard->manager.format_message(object, text);
	if (!guard->tolerate) {
		err_permanent(guard->err, "damaged JPEG: %s", text);
		jpeg_guard_escape(guard);
	}
	guard->damaged = true;
	codec_warn(guard->warning, "damaged JPEG: %s", text);
}

static void on_progress(j_common_ptr object)
{
	struct jpeg_guard *guard = (struct jpeg_guard *)object->err;

	if (guard->max_scans != 0) {
		int scan = ((j_decompress_ptr)object)->input_scan_number;

		if (scan > 0 && (uint64_t)scan > guard->max_scans) {
			err_permanent(guard->err, "JPEG: more than %" PRIu64 " scans (--max-scans)",
				      guard->max_scans);
			jpeg_guard_escape(guard);
		}
	}
	if (guard->polls++ % POLL_EVERY == 0 &&
	    codec_check_cancelled(guard->hooks, guard->err) != 0)
		jpeg_guard_escape(guard);
}

void jpeg_guard_init(struct jpeg_guard *guard, j_common_ptr object, const struct codec_hooks *hooks,
		     struct err *err)
{
	memset(guard, 0, sizeof *guard);
	object->err = jpeg_std_error(&guard->manager);
	guard->manager.error_exit = on_error;
	guard->manager.emit_message = on_message;
	guard->progress.progress_monitor = on_progress;
	guard->hooks = hooks;
	guard->err = err;
}

void jpeg_guard_watch(struct jpeg_guard *guard, j_common_ptr object)
{
	object->progress = &guard->progress;
}

int jpeg_guard_run(struct jpeg_guard *guard, void (*step)(void *context), void *context)
{
	if (setjmp(guard->escape) != 0)
		return -1;
	step(context);
	return 0;
}
