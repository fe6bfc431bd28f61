/*
 * orientation.c - turning pictures upright.
 *
 * Each case is a walk through the source with one step per destination column and one per
 * destination row. Where a row of the destination is a column of the source, the walk goes
 * through square tiles, so that the cache lines of a tile's rows are used up before they are lost.
 */
#include "config.h"

#include "image/orientation.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

enum { TILE = 64 };

/* Is the picture's right end on the left before it is turned, its bottom on top? Of the axes as
 * they are before turning. */
static const struct {
	bool columns;
	bool rows;
} reversed[] = {
	[2] = {true, false}, [3] = {true, true}, [4] = {false, true}, [5] = {false, false},
	[6] = {false, true}, [7] = {true, true}, [8] = {true, false},
};

/* How a plane of the source is walked: the sample for destination (0, 0) and the steps in bytes. */
struct walk {
	const unsigned char *origin;
	ptrdiff_t right;
	ptrdiff_t down;
};

bool orientation_swaps(unsigned orientation)
{
	return orientation >= 5;
}

void orientation_before(const struct image_geometry *turned, unsigned orientation,
			struct image_geometry *before)
{
	bool swaps = orientation_swaps(orientation);

	*before = *turned;
	before->width = swaps ? turned->height : turned->width;
	before->height = swaps ? turned->width : turned->height;
	before->full_width = before->width;
	before->full_height = before->height;
	for (unsigned i = 0; i < turned->nplanes; i++) {
		const struct image_plane *from = &turned->plane[i];
		struct image_plane *to = &before->plane[i];

		if (swaps)
			*to = (struct image_plane){.columns = from->rows,
						   .rows = from->columns,
						   .averaged = from->averaged,
						   .box = {from->box.y, from->box.x,
							   from->box.height, from->box.width}};
		if (reversed[orientation].columns)
			to->box.x = to->columns - to->box.width - to->box.x;
		if (reversed[orientation].rows)
			to->box.y = to->rows - to->box.height - to->box.y;
	}
	image_geometry_layout(before);
}

static struct walk plan_walk(const struct image *source, unsigned index, unsigned orientation)
{
	const struct image_plane *plane = &source->geometry.plane[index];
	ptrdiff_t stride = plane->stride;
	const unsigned char *top = source->data[index];
	const unsigned char *bottom = image_row(source, index, plane->rows - 1);
	size_t last = plane->columns - 1;

	switch (orientation) {
	case 2:
		return (struct walk){top + last, -1, stride};
	case 3:
		return (struct walk){bottom + last, -1, -stride};
	case 4:
		return (struct walk){bottom, 1, -stride};
	case 5:
		return (struct walk){top, stride, 1};
	case 6:
		return (struct walk){bottom, -stride, 1};
	case 7:
		return (struct walk){bottom + last, -stride, -1};
	case 8:
		return (struct walk){top + last, stride, -1};
	default:
		return (struct walk){top, 1, stride};
	}
}

static void copy_rows(const struct walk *walk, struct image *destination, unsigned index)
{
	const struct image_plane *plane = &destination->geometry.plane[index];

	for (uint32_t y = 0; y < plane->rows; y++) {
		const unsigned char *from = walk->origin + walk->down * (ptrdiff_t)y;
		unsigned char *to = image_row(destination, index, y);

		if (walk->right == 1) {
			memcpy(to, from, plane->columns);
			continue;
		}
		for (uint32_t x = 0; x < plane->columns; x++)
			to[x] = *(from - x);
	}
}

static void copy_tile(const struct walk *walk, struct image *destination, unsigned index,
		      uint32_t left, uint32_t top)
{
	const struct image_plane *plane = &destination->geometry.plane[index];
	uint32_t right = plane->columns - left < TILE ? plane->columns : left + TILE;
	uint32_t bottom = plane->rows - top < TILE ? plane->rows : top + TILE;

	for (uint32_t y = top; y < bottom; y++) {
		const unsigned char *from = walk->origin + walk->down * (ptrdiff_t)y;
		unsigned char *to = image_row(destination, index, y);

		for (uint32_t x = left; x < right; x++)
			to[x] = from[walk->right * (ptrdiff_t)x];
	}
}

static void copy_tiles(const struct walk *walk, struct image *destination, unsigned index)
{
	const struct image_plane *plane = &destination->geometry.plane[index];

	for (uint32_t y = 0; y < plane->rows; y += TILE)
		for (uint32_t x = 0; x < plane->columns; x += TILE)
			copy_tile(walk, destination, index, x, y);
}

void orientation_apply(const struct image *source, unsigned orientation, struct image *destination)
{
	bool swaps = orientation_swaps(orientation);

	assert(source->geometry.format == destination->geometry.format);
	for (unsigned i = 0; i < source->geometry.nplanes; i++) {
		const struct image_plane *from = &source->geometry.plane[i];
		const struct image_plane *to = &destination->geometry.plane[i];
		struct walk walk = plan_walk(source, i, orientation);

		assert(to->columns == (swaps ? from->rows : from->columns));
		assert(to->rows == (swaps ? from->columns : from->rows));
		if (swaps)
			copy_tiles(&walk, destination, i);
		else
			copy_rows(&walk, destination, i);
	}
}
