/*
 * sample_objects.h - what stands in the landscape of a sample picture: houses, trees, a notice
 * board, poles and wires (floor: image). Hard edges and fine lines, which noise alone lacks.
 *
 * Made once for a picture, then read only: painted row by row by one thread.
 */
#ifndef IMGTOP_IMAGE_SAMPLE_OBJECTS_H
#define IMGTOP_IMAGE_SAMPLE_OBJECTS_H

#include <stdint.h>

#include "image/sample_paint.h"

enum { SAMPLE_HOUSES = 7, SAMPLE_TREES = 9 };

struct sample_house {
	int left, right, top, base; /* of the walls, in pixels; right and base excluded */
	int roof_px;		    /* height above top, 0 = flat */
	int storeys, windows;	    /* windows of a storey */
	uint32_t seed;
	struct sample_colour wall, roof;
	const char *sign; /* NULL = none */
};

struct sample_tree {
	int x, base; /* foot of the trunk */
	int crown_y; /* centre of the crown */
	int radius_px;
	struct sample_colour leaf;
};

struct sample_objects {
	int width_px, height_px;
	struct sample_house houses[SAMPLE_HOUSES];
	struct sample_tree trees[SAMPLE_TREES]; /* far to near */
	int board_left, board_top, board_dot_px;
	uint32_t board_seed;
	int pole_x, pole_top, pole_px;
	int wire_sag_px;
};

/* Place everything on a ground that begins at ground_y. */
void sample_objects_place(struct sample_objects *objects, uint32_t seed, int width_px,
			  int height_px, int ground_y, struct sample_colour leaf);

/* Paint what crosses this row, far to near. */
void sample_objects_row(const struct sample_objects *objects, const struct sample_row *row);

#endif
