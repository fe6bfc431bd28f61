/*
 * mend.c - the last row and column of a picture that was scaled down in the DCT.
 *
 * Whether the padding is foreign is judged over the whole edge and all planes together, so that no
 * edge ends up half mended or in a wrong colour.
 */
#include "config.h"

#include "image/mend.h"

#include <stdbool.h>
#include <stdlib.h>

enum {
	USUAL_FACTOR =
		3, /* steps between neighbours differ by less than that in any picture's edge */
	NOISE_LEVELS = 3, /* and steps of this size are nothing to go by */
};

/* One line of samples at the edge of a plane, and how to get to its neighbours further inside. */
struct edge {
	unsigned char *last;
	ptrdiff_t inwards;
	ptrdiff_t along;
	uint32_t length;
};

static bool find_edge(const struct image *image, unsigned index, bool column, struct edge *edge)
{
	const struct image_plane *plane = &image->geometry.plane[index];
	ptrdiff_t stride = plane->stride;

	if (column) {
		if (plane->columns < 3 || plane->box.x + plane->box.width >= plane->columns)
			return false;
		*edge = (struct edge){image_row(image, index, 0) + plane->columns - 1, -1, stride,
				      plane->rows};
		return true;
	}
	if (plane->rows < 3 || plane->box.y + plane->box.height >= plane->rows)
		return false;
	*edge = (struct edge){image_row(image, index, plane->rows - 1), -stride, 1, plane->columns};
	return true;
}

static void mend_edge(struct image *image, bool column)
{
	uint64_t step = 0;  /* from the last line to the one before */
	uint64_t usual = 0; /* from that to the one before it */
	uint64_t samples = 0;
	struct edge edge;

	for (unsigned i = 0; i < image->geometry.nplanes; i++) {
		if (!find_edge(image, i, column, &edge))
			continue;
		for (uint32_t k = 0; k < edge.length; k++) {
			const unsigned char *last = edge.last + edge.along * (ptrdiff_t)k;
			int next = last[edge.inwards];

			step += (uint64_t)abs(*last - next);
			usual += (uint64_t)abs(next - last[2 * edge.inwards]);
		}
		samples += edge.length;
	}
	if (step <= USUAL_FACTOR * usual + NOISE_LEVELS * samples)
		return;
	for (unsigned i = 0; i < image->geometry.nplanes; i++) {
		if (!find_edge(image, i, column, &edge))
			continue;
		for (uint32_t k = 0; k < edge.length; k++) {
			unsigned char *last = edge.last + edge.along * (ptrdiff_t)k;

			*last = last[edge.inwards];
		}
	}
}

void mend_edges(struct image *image)
{
	mend_edge(image, false);
	mend_edge(image, true);
}
