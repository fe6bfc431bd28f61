/*
 * mend.c - the last row and column of a picture that was scaled down in the DCT.
 *
 * Whether the padding is foreign is judged over all planes together, and over as much of the edge
 * as is there, so that it does not end up half mended or in a wrong colour.
 */
#include "config.h"

#include "image/mend.h"

#include <stdlib.h>

enum {
	USUAL_FACTOR =
		3, /* steps between neighbours differ by less than that in any picture's edge */
	NOISE_LEVELS = 3, /* and steps of this size are nothing to go by */
};

void mend_lines(const struct mend_line *lines, unsigned count)
{
	uint64_t step = 0;  /* from the last line to the one before */
	uint64_t usual = 0; /* from that to the one before it */
	uint64_t samples = 0;

	for (unsigned i = 0; i < count; i++) {
		const struct mend_line *line = &lines[i];

		for (uint32_t k = 0; k < line->length; k++) {
			ptrdiff_t at = line->step * (ptrdiff_t)k;

			step += (uint64_t)abs(line->last[at] - line->next[at]);
			usual += (uint64_t)abs(line->next[at] - line->before[at]);
		}
		samples += line->length;
	}
	if (step <= USUAL_FACTOR * usual + NOISE_LEVELS * samples)
		return;
	for (unsigned i = 0; i < count; i++)
		for (uint32_t k = 0; k < lines[i].length; k++) {
			ptrdiff_t at = lines[i].step * (ptrdiff_t)k;

			lines[i].last[at] = lines[i].next[at];
		}
}

static struct mend_line line_at(unsigned char *last, ptrdiff_t inwards, ptrdiff_t step,
				uint32_t length)
{
	return (struct mend_line){last, last + inwards, last + 2 * inwards, step, length};
}

void mend_edges(struct image *image)
{
	struct mend_line rows[IMAGE_PLANES];
	struct mend_line columns[IMAGE_PLANES];
	unsigned nrows = 0;
	unsigned ncolumns = 0;

	for (unsigned i = 0; i < image->geometry.nplanes; i++) {
		const struct image_plane *plane = &image->geometry.plane[i];
		ptrdiff_t stride = plane->stride;

		if (plane->rows >= 3 && plane->box.y + plane->box.height < plane->rows)
			rows[nrows++] = line_at(image_row(image, i, plane->rows - 1), -stride, 1,
						plane->columns);
		if (plane->columns >= 3 && plane->box.x + plane->box.width < plane->columns)
			columns[ncolumns++] = line_at(image->data[i] + plane->columns - 1, -1,
						      stride, plane->rows);
	}
	mend_lines(rows, nrows);
	mend_lines(columns, ncolumns);
}
