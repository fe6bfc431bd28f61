/*
 * jpeg_bands.c - the planes of a JPEG file, one row of MCUs after the other.
 */
#include "config.h"

#include "image/jpeg_bands.h"

#include <string.h>

#include "image/mend.h"

enum { MID_GREY = 128, MEND_ROWS = 3 };

static uint32_t rows_of_band(const struct jpeg_bands *bands, unsigned plane)
{
	return jpeg_planes_mcu_rows(bands->cinfo, bands->planes, plane);
}

static void count_bands(struct jpeg_bands *bands)
{
	uint32_t rows = rows_of_band(bands, 0);

	bands->done = 0;
	bands->begun = false;
	bands->count = (bands->geometry->plane[0].rows + rows - 1) / rows;
}

int jpeg_bands_fill(struct jpeg_bands *bands, const struct image *image,
		    struct codec_buffer *memory, struct err *err)
{
	uint32_t longest = 0;

	bands->geometry = &image->geometry;
	bands->sink = NULL;
	for (unsigned i = 0; i < bands->planes->nplanes; i++) {
		const struct image_plane *plane = &image->geometry.plane[i];

		bands->to[i] = (struct jpeg_rows){
			.start = image->data[i], .stride = plane->stride, .room = plane->room_rows};
		if (plane->stride > longest)
			longest = plane->stride;
	}
	if (codec_buffer_reserve(memory, longest, err) != 0)
		return -1;
	bands->spare = memory->bytes;
	count_bands(bands);
	return 0;
}

static uint32_t round_up(uint32_t value, uint32_t step)
{
	return (value + step - 1) / step * step;
}

int jpeg_bands_pass(struct jpeg_bands *bands, const struct image_geometry *geometry,
		    const struct codec_sink *sink, struct codec_buffer *memory, struct err *err)
{
	size_t total = IMAGE_ALIGNMENT;
	unsigned char *start;

	bands->geometry = geometry;
	bands->sink = sink;
	for (unsigned i = 0; i < bands->planes->nplanes; i++) {
		uint32_t band = rows_of_band(bands, i);
		uint32_t kept = sink->window[i] > MEND_ROWS ? sink->window[i] : MEND_ROWS;
		uint32_t whole = round_up(geometry->plane[i].rows, band);
		struct jpeg_rows *to = &bands->to[i];

		/* A multiple of the band, so that none is broken where the window wraps. */
		*to = (struct jpeg_rows){.stride = geometry->plane[i].stride,
					 .room = round_up(kept, band) + band,
					 .wraps = true};
		if (to->room > whole)
			to->room = whole;
		total += to->stride * to->room;
	}
	if (codec_buffer_reserve(memory, total, err) != 0)
		return -1;
	start = memory->bytes + IMAGE_ALIGNMENT - 1;
	start -= (uintptr_t)start % IMAGE_ALIGNMENT;
	for (unsigned i = 0; i < bands->planes->nplanes; i++) {
		bands->to[i].start = start;
		start += bands->to[i].stride * bands->to[i].room;
	}
	bands->spare = NULL;
	count_bands(bands);
	return 0;
}

static void grey_band(const struct jpeg_bands *bands)
{
	for (unsigned i = 0; i < bands->planes->nplanes; i++) {
		uint32_t rows = rows_of_band(bands, i);

		memset(jpeg_rows_at(&bands->to[i], bands->done * rows), MID_GREY,
		       bands->to[i].stride * rows);
	}
}

/* The last column within the band in hand. */
static void mend_column(const struct jpeg_bands *bands)
{
	struct mend_line lines[JPEG_PLANES_MAX];
	unsigned count = 0;

	for (unsigned i = 0; i < bands->planes->nplanes; i++) {
		const struct image_plane *plane = &bands->geometry->plane[i];
		uint32_t rows = rows_of_band(bands, i);
		uint32_t first = bands->done * rows;
		unsigned char *last;

		if (plane->columns < MEND_ROWS || plane->box.width >= plane->columns ||
		    first >= plane->rows)
			continue;
		last = jpeg_rows_at(&bands->to[i], first) + plane->columns - 1;
		lines[count++] = (struct mend_line){
			.last = last,
			.next = last - 1,
			.before = last - 2,
			.step = (ptrdiff_t)bands->to[i].stride,
			.length = plane->rows - first < rows ? plane->rows - first : rows,
		};
	}
	mend_lines(lines, count);
}

static void mend_row(const struct jpeg_bands *bands)
{
	struct mend_line lines[JPEG_PLANES_MAX];
	unsigned count = 0;

	for (unsigned i = 0; i < bands->planes->nplanes; i++) {
		const struct image_plane *plane = &bands->geometry->plane[i];

		if (plane->rows < MEND_ROWS || plane->box.height >= plane->rows)
			continue;
		lines[count++] = (struct mend_line){
			.last = jpeg_rows_at(&bands->to[i], plane->rows - 1),
			.next = jpeg_rows_at(&bands->to[i], plane->rows - 2),
			.before = jpeg_rows_at(&bands->to[i], plane->rows - 3),
			.step = 1,
			.length = plane->columns,
		};
	}
	mend_lines(lines, count);
}

/* The band in hand is there. */
static void deliver(struct jpeg_bands *bands)
{
	bool is_last = bands->done + 1 == bands->count;

	mend_column(bands);
	if (is_last)
		mend_row(bands);
	bands->begun = false;
	bands->done++;
	if (bands->sink == NULL)
		return;
	for (unsigned i = 0; i < bands->planes->nplanes; i++) {
		uint32_t end = bands->done * rows_of_band(bands, i);
		uint32_t rows = bands->geometry->plane[i].rows;

		bands->sink->rows(bands->sink->context, i,
				  &(struct image_rows){
					  .start = bands->to[i].start,
					  .stride = bands->to[i].stride,
					  .rows = bands->to[i].room,
					  .end = end < rows && !is_last ? end : rows,
				  });
	}
}

void jpeg_bands_read(struct jpeg_bands *bands)
{
	while (bands->done < bands->count) {
		if (bands->greying && bands->sink != NULL)
			grey_band(bands);
		bands->begun = true;
		jpeg_planes_read(bands->cinfo, bands->planes, bands->to, bands->spare);
		deliver(bands);
	}
}

void jpeg_bands_finish(struct jpeg_bands *bands)
{
	while (bands->done < bands->count) {
		if (!bands->begun && bands->sink != NULL)
			grey_band(bands);
		deliver(bands);
	}
}
