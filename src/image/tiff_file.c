/*
 * tiff_file.c - a TIFF file in memory, opened with libtiff.
 */
#include "config.h"

#include "image/tiff_file.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* Pages that are looked at to find one that is no preview, or another. */
enum { PAGES_LOOKED_AT = 16 };

/* ---- what libtiff reads from ---- */

static tmsize_t read_bytes(thandle_t handle, void *to, tmsize_t size)
{
	struct tiff_file *file = handle;
	uint64_t rest = file->at < file->length ? file->length - file->at : 0;
	size_t count = size <= 0 ? 0 : (uint64_t)size < rest ? (size_t)size : (size_t)rest;

	memcpy(to, file->bytes + (count > 0 ? file->at : 0), count);
	file->at += count;
	return (tmsize_t)count;
}

static tmsize_t write_bytes(thandle_t handle, void *from, tmsize_t size)
{
	(void)handle, (void)from, (void)size;
	return 0;
}

static toff_t seek_to(thandle_t handle, toff_t offset, int whence)
{
	struct tiff_file *file = handle;

	if (whence == SEEK_CUR)
		offset += file->at;
	else if (whence == SEEK_END)
		offset += file->length;
	return file->at = offset;
}

static int close_nothing(thandle_t handle)
{
	(void)handle;
	return 0;
}

static toff_t size_of(thandle_t handle)
{
	return ((const struct tiff_file *)handle)->length;
}

/* Never written to: libtiff copies what it has to change. */
static int map_bytes(thandle_t handle, void **base, toff_t *size)
{
	const struct tiff_file *file = handle;

	*base = (void *)(uintptr_t)file->bytes;
	*size = file->length;
	return 1;
}

static void unmap_bytes(thandle_t handle, void *base, toff_t size)
{
	(void)handle, (void)base, (void)size;
}

/* ---- what it says ---- */

static void note(struct tiff_file *file, const char *format, va_list args)
{
	char text[TIFF_MESSAGE_BYTES];

	vsnprintf(text, sizeof text, format, args);
	if (strstr(text, "limit defined in open options") != NULL)
		file->over_limit = true;
	else if (strstr(text, "memory") != NULL || strstr(text, "No space") != NULL)
		file->out_of_memory = true;
	if (file->message[0] == '\0')
		memcpy(file->message, text, sizeof text);
}

/* Whether an error stops anything is for the call that it came from to say. */
static int on_error(TIFF *tiff, void *user, const char *module, const char *format, va_list args)
{
	(void)tiff, (void)module;
	note(user, format, args);
	return 1;
}

/* Warnings on a page's tags are mostly about tags that libtiff does not know. */
static int on_warning(TIFF *tiff, void *user, const char *module, const char *format, va_list args)
{
	struct tiff_file *file = user;

	(void)tiff, (void)module;
	if (file->decoding && strstr(format, "Old-style LZW") == NULL)
		note(file, format, args);
	return 1;
}

void tiff_file_forget(struct tiff_file *file)
{
	file->over_limit = false;
	file->out_of_memory = false;
	file->message[0] = '\0';
}

int tiff_file_failed(const struct tiff_file *file, struct err *err)
{
	if (file->over_limit)
		return err_permanent(err,
				     "TIFF: more than %" PRIu64
				     " bytes would be taken at once (--tiff-memory)",
				     file->most_bytes);
	if (file->out_of_memory)
		return err_transient(err, "TIFF: %s", file->message);
	return err_permanent(err, "damaged TIFF: %s",
			     file->message[0] != '\0' ? file->message : "it cannot be read");
}

/* ---- pages ---- */

static bool is_preview(const struct tiff_file *file)
{
	uint32_t kind = 0;

	file->libtiff->get_or_default(file->tiff, TIFFTAG_SUBFILETYPE, &kind);
	return (kind & (FILETYPE_REDUCEDIMAGE | FILETYPE_MASK)) != 0;
}

static bool is_raw(const struct tiff_file *file)
{
	const void *value;

	/* Canon's raw files have their mark behind the header. */
	return (file->length >= 10 && memcmp(file->bytes + 8, "CR", 2) == 0) ||
	       file->libtiff->get(file->tiff, TIFFTAG_DNGVERSION, &value) != 0 ||
	       file->libtiff->get(file->tiff, TIFFTAG_CFAREPEATPATTERNDIM, &value) != 0;
}

static int choose_page(struct tiff_file *file, struct err *err)
{
	int chosen = -1;

	for (int page = 0; page < PAGES_LOOKED_AT; page++) {
		if (!is_preview(file)) {
			file->more_pages = chosen >= 0;
			if (file->more_pages)
				break;
			chosen = page;
		}
		if (!file->libtiff->next_page(file->tiff))
			break;
	}
	/* What is wrong with another page is not this one's fault. */
	tiff_file_forget(file);
	if (chosen < 0)
		return err_permanent(err, "TIFF: it holds nothing but previews, as camera raw "
					  "files do");
	if (!file->libtiff->go_to_page(file->tiff, (tdir_t)chosen))
		return tiff_file_failed(file, err);
	return 0;
}

/* libtiff reads nothing at all of a strip that the file's end cuts off; so it is told that the
 * strip ends there. */
static void shorten_cut_strips(const struct tiff_file *file)
{
	bool tiled = file->libtiff->is_tiled(file->tiff) != 0;
	uint32_t blocks =
		tiled ? file->libtiff->tiles(file->tiff) : file->libtiff->strips(file->tiff);
	const uint64_t *offsets = NULL;
	uint64_t *counts = NULL;

	if (!file->libtiff->get(file->tiff, tiled ? TIFFTAG_TILEOFFSETS : TIFFTAG_STRIPOFFSETS,
				&offsets) ||
	    !file->libtiff->get(file->tiff,
				tiled ? TIFFTAG_TILEBYTECOUNTS : TIFFTAG_STRIPBYTECOUNTS,
				&counts) ||
	    offsets == NULL || counts == NULL)
		return;
	for (uint32_t i = 0; i < blocks; i++)
		if (offsets[i] < file->length && counts[i] > file->length - offsets[i])
			counts[i] = file->length - offsets[i];
}

static TIFF *open_in_memory(struct tiff_file *file)
{
	const struct tiff_library *libtiff = file->libtiff;
	TIFFOpenOptions *options = libtiff->options();
	TIFF *tiff;

	if (options == NULL)
		return NULL;
	libtiff->limit_memory(options, (tmsize_t)file->most_bytes);
	libtiff->on_error(options, on_error, file);
	libtiff->on_warning(options, on_warning, file);
	tiff = libtiff->open("TIFF", "r", file, read_bytes, write_bytes, seek_to, close_nothing,
			     size_of, map_bytes, unmap_bytes, options);
	libtiff->options_free(options);
	return tiff;
}

int tiff_file_open(struct tiff_file *file, const struct tiff_library *libtiff,
		   const struct codec_input *input, struct err *err)
{
	uint64_t most = input->limits->tiff_memory_bytes;

	*file = (struct tiff_file){
		.libtiff = libtiff,
		.bytes = input->bytes,
		.length = input->length,
		.most_bytes = most < INT64_MAX ? most : INT64_MAX,
	};
	file->tiff = open_in_memory(file);
	if (file->tiff == NULL)
		return tiff_file_failed(file, err);
	if (is_raw(file))
		return err_permanent(err, "TIFF: raw files of cameras are not supported");
	if (choose_page(file, err) != 0)
		return -1;
	if (input->tolerate)
		shorten_cut_strips(file);
	file->decoding = true;
	return 0;
}

void tiff_file_close(struct tiff_file *file)
{
	if (file->tiff != NULL)
		file->libtiff->close(file->tiff);
	file->tiff = NULL;
}
