/*
 * container_heif.c - HEIC, HEIF and AVIF by libheif, which finds the items; none is decoded.
 *
 * The library is loaded with the first such file: see heif_library.h. It reads through the feed, so
 * that what it asks for is mostly in the file's head. The size is that of the picture as stored,
 * like everywhere; the orientation is EXIF's, which says the same as the turn that HEIF applies.
 */
#include "config.h"

#include "media/container.h"
#include "media/exif_block.h"
#include "media/heif_library.h"

#ifdef HAVE_LIBHEIF

#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

#include <libheif/heif.h>

#include "base/mem.h"

enum { MOST_EXIF_BYTES = 1 << 20, MOST_BLOCKS = 4 };

struct heif_library {
	bool tried;
	void *handle; /* NULL: not loaded, or not to be had */
	struct heif_context *(*context_alloc)(void);
	void (*context_free)(struct heif_context *);
	struct heif_error (*context_read)(struct heif_context *, const struct heif_reader *, void *,
					  const struct heif_reading_options *);
	struct heif_error (*primary)(struct heif_context *, struct heif_image_handle **);
	void (*handle_release)(const struct heif_image_handle *);
	int (*width)(const struct heif_image_handle *);
	int (*height)(const struct heif_image_handle *);
	int (*block_ids)(const struct heif_image_handle *, const char *, heif_item_id *, int);
	size_t (*block_size)(const struct heif_image_handle *, heif_item_id);
	struct heif_error (*block)(const struct heif_image_handle *, heif_item_id, void *);
};

/* The reader that libheif calls. */
struct reader {
	struct feed_part file;
	int64_t at;
};

/* Fill a pointer to a function. POSIX asks for this form: dlsym gives a pointer to an object. */
static bool find(const struct heif_library *library, const char *name, void *function)
{
	void *found = dlsym(library->handle, name);

	memcpy(function, &found, sizeof found);
	return found != NULL;
}

static bool find_all(struct heif_library *library)
{
	return find(library, "heif_context_alloc", &library->context_alloc) &&
	       find(library, "heif_context_free", &library->context_free) &&
	       find(library, "heif_context_read_from_reader", &library->context_read) &&
	       find(library, "heif_context_get_primary_image_handle", &library->primary) &&
	       find(library, "heif_image_handle_release", &library->handle_release) &&
	       find(library, "heif_image_handle_get_ispe_width", &library->width) &&
	       find(library, "heif_image_handle_get_ispe_height", &library->height) &&
	       find(library, "heif_image_handle_get_list_of_metadata_block_IDs",
		    &library->block_ids) &&
	       find(library, "heif_image_handle_get_metadata_size", &library->block_size) &&
	       find(library, "heif_image_handle_get_metadata", &library->block);
}

struct heif_library *heif_library_new(void)
{
	return mem_calloc(1, sizeof(struct heif_library));
}

void heif_library_free(struct heif_library *library)
{
	if (library != NULL && library->handle != NULL)
		dlclose(library->handle);
	free(library);
}

bool heif_library_works(struct heif_library *library)
{
	if (library->tried)
		return library->handle != NULL;
	library->tried = true;
	library->handle = dlopen("libheif.so.1", RTLD_NOW | RTLD_LOCAL);
	if (library->handle != NULL && !find_all(library)) {
		dlclose(library->handle);
		library->handle = NULL;
	}
	return library->handle != NULL;
}

static int64_t reader_position(void *context)
{
	const struct reader *reader = context;

	return reader->at;
}

static int reader_read(void *data, size_t bytes, void *context)
{
	struct reader *reader = context;

	if (!feed_copy(&reader->file, (uint64_t)reader->at, data, bytes))
		return -1;
	reader->at += (int64_t)bytes;
	return 0;
}

static int reader_seek(int64_t position, void *context)
{
	struct reader *reader = context;

	if (position < 0)
		return -1;
	reader->at = position;
	return 0;
}

static enum heif_reader_grow_status reader_wait(int64_t target, void *context)
{
	const struct reader *reader = context;

	return target >= 0 && (uint64_t)target <= reader->file.bytes
		       ? heif_reader_grow_status_size_reached
		       : heif_reader_grow_status_size_beyond_eof;
}

/* Before the structure stand four bytes: how far behind them it begins. */
static void read_exif(unsigned char *bytes, size_t length, struct facts *facts)
{
	struct feed memory = {
		.fd = -1, .size_bytes = length, .window = bytes, .window_bytes = length};
	struct feed_part whole = feed_whole(&memory);
	struct feed_part block;

	if (length < 4)
		return;
	block = feed_within(&whole, 4 + (uint64_t)feed_be32(bytes), length);
	container_exif(&block, facts);
}

static void read_handle(const struct heif_library *library, const struct heif_image_handle *handle,
			struct facts *facts)
{
	int width = library->width(handle);
	int height = library->height(handle);
	heif_item_id ids[MOST_BLOCKS];
	unsigned char *bytes;
	size_t length;

	if (width > 0 && height > 0)
		container_size(facts, (uint32_t)width, (uint32_t)height);
	if (library->block_ids(handle, "Exif", ids, MOST_BLOCKS) < 1)
		return;
	length = library->block_size(handle, ids[0]);
	bytes = length <= MOST_EXIF_BYTES ? mem_try(length) : NULL;
	if (bytes == NULL || library->block(handle, ids[0], bytes).code != heif_error_Ok)
		facts_note(facts, "HEIF: its EXIF cannot be read");
	else
		read_exif(bytes, length, facts);
	free(bytes);
}

void container_heif(const struct feed_part *file, struct facts *facts)
{
	static const struct heif_reader calls = {
		.reader_api_version = 1,
		.get_position = reader_position,
		.read = reader_read,
		.seek = reader_seek,
		.wait_for_file_size = reader_wait,
	};
	struct heif_library *library = file->feed->heif;
	struct reader reader = {.file = *file};
	struct heif_image_handle *handle = NULL;
	struct heif_context *context;

	if (library == NULL || !heif_library_works(library)) {
		facts_note(facts, "HEIF: libheif is not installed");
		facts->unread = true;
		return;
	}
	context = library->context_alloc();
	if (context == NULL ||
	    library->context_read(context, &calls, &reader, NULL).code != heif_error_Ok ||
	    library->primary(context, &handle).code != heif_error_Ok)
		facts_note(facts, "HEIF: damaged");
	else
		read_handle(library, handle, facts);
	if (handle != NULL)
		library->handle_release(handle);
	if (context != NULL)
		library->context_free(context);
}

#else

struct heif_library *heif_library_new(void)
{
	return NULL;
}

void heif_library_free(struct heif_library *library)
{
	(void)library;
}

bool heif_library_works(struct heif_library *library)
{
	(void)library;
	return false;
}

void container_heif(const struct feed_part *file, struct facts *facts)
{
	(void)file;
	facts_note(facts, "HEIF: this imgtop was built without libheif");
	facts->unread = true;
}

#endif
