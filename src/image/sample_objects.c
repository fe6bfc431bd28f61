/*
 * sample_objects.c - see sample_objects.h.
 */
#include "config.h"

#include "image/sample_objects.h"

#include <stddef.h>

#include "image/sample_noise.h"

enum { BOARD_LINES = 9, BOARD_DOTS_WIDE = 53, BOARD_LINE_DOTS = 9, WIRES = 3 };

/* Number n of a seed's sequence, low..high. */
static int pick(uint32_t seed, uint32_t n, int low, int high)
{
	if (high <= low)
		return low;
	return low + (int)(sample_hash(seed, n, 77) % (uint32_t)(high - low + 1));
}

static void place_houses(struct sample_objects *o, uint32_t seed, int ground_y)
{
	static const uint32_t walls[] = {0xd8c9a8, 0xb86f52, 0xe4e0d6,
					 0xc7a15a, 0x9aa5ad, 0xa8483a};
	static const uint32_t roofs[] = {0x7b3f2e, 0x4d4f55, 0x8a5a3c, 0x5b3a34};
	int x = pick(seed, 1, o->width_px / 40, o->width_px / 5);

	for (uint32_t i = 0; i < SAMPLE_HOUSES; i++) {
		struct sample_house *h = &o->houses[i];
		uint32_t s = sample_hash(seed, i, 5);
		int wide = pick(s, 0, o->width_px / 18, o->width_px / 9);
		h->seed = s;
		h->left = x;
		h->right = x + wide;
		h->base = ground_y + pick(s, 1, o->height_px / 60, o->height_px / 26);
		h->storeys = pick(s, 2, 2, 5);
		h->windows = pick(s, 3, 2, 5);
		h->top = h->base - h->storeys * (o->height_px / 30 + 1);
		h->roof_px = pick(s, 4, 0, 3) == 0 ? 0 : wide / 3;
		h->wall = sample_rgb(walls[sample_hash(s, 9, 9) % 6]);
		h->roof = sample_rgb(roofs[sample_hash(s, 8, 9) % 4]);
		h->sign = pick(s, 6, 0, 1) == 0 ? sample_word(sample_hash(s, 7, 7)) : NULL;
		x += wide + (pick(s, 5, 0, 2) == 0 ? 0 : pick(s, 10, 0, o->width_px / 12));
	}
}

static void place_trees(struct sample_objects *o, uint32_t seed, int ground_y,
			struct sample_colour leaf)
{
	int depth_px = o->height_px - ground_y;

	for (uint32_t i = 0; i < SAMPLE_TREES; i++) {
		struct sample_tree *t = &o->trees[i];
		uint32_t s = sample_hash(seed, i, 6);
		int near = (int)(i * i) * 256 / (SAMPLE_TREES * SAMPLE_TREES);
		/* kept off the middle, where the path runs */
		int side = pick(s, 0, 0, o->width_px * 2 / 5);
		t->x = pick(s, 1, 0, 1) == 0 ? side : o->width_px - side;
		t->base = ground_y + o->height_px / 40 + depth_px * near / 400;
		t->radius_px = o->height_px / 26 + o->height_px * near / 2600 +
			       pick(s, 2, 0, o->height_px / 50);
		t->crown_y = t->base - t->radius_px * 3 / 2;
		t->leaf = sample_light(leaf, pick(s, 3, 2900, 4600));
	}
}

void sample_objects_place(struct sample_objects *objects, uint32_t seed, int width_px,
			  int height_px, int ground_y, struct sample_colour leaf)
{
	objects->width_px = width_px;
	objects->height_px = height_px;
	place_houses(objects, sample_hash(seed, 1, 1), ground_y);
	place_trees(objects, sample_hash(seed, 2, 2), ground_y, leaf);
	objects->board_seed = sample_hash(seed, 3, 3);
	objects->board_dot_px = (width_px < height_px ? width_px : height_px) / 340;
	if (objects->board_dot_px == 0)
		objects->board_dot_px = 1;
	objects->board_left = pick(objects->board_seed, 0, width_px / 20, width_px / 3);
	if (pick(objects->board_seed, 1, 0, 1) == 0)
		objects->board_left =
			width_px - objects->board_left - objects->board_dot_px * BOARD_DOTS_WIDE;
	objects->board_top = ground_y + (height_px - ground_y) / 7;
	objects->pole_x = pick(seed, 4, width_px / 8, width_px * 7 / 8);
	objects->pole_px = width_px / 160 + 1;
	objects->pole_top = ground_y - height_px * 3 / 10;
	objects->wire_sag_px = pick(seed, 5, height_px / 20, height_px / 8);
}

/* A row of windows: glass in a light frame, each pane with its own light behind. */
static void window_row(const struct sample_house *h, const struct sample_row *row)
{
	int storey_px = (h->base - h->top) / h->storeys;
	int storey = storey_px > 0 ? (row->y - h->top) / storey_px : 0;
	int inside = row->y - h->top - storey * storey_px;
	int pitch = (h->right - h->left) / h->windows;
	int frame = pitch / 20 + 1;

	if (inside < storey_px / 4 || inside > storey_px * 7 / 8 || pitch < 4)
		return;
	for (int i = 0; i < h->windows; i++) {
		int left = h->left + i * pitch + pitch / 4;
		int right = left + pitch / 2;
		uint32_t lit = sample_hash(h->seed, (uint32_t)i, (uint32_t)storey) % 8;
		struct sample_colour glass = sample_rgb(lit == 0 ? 0xf2d27a : 0x26323c);
		if (lit > 4) /* the sky, mirrored */
			glass = sample_blend(glass, sample_rgb(0xb8d0e0),
					     inside * 160 / (storey_px + 1));
		sample_span(row, left - frame, right + frame, sample_rgb(0xeeeae0), 20);
		if (inside - storey_px / 4 >= frame && storey_px * 7 / 8 - inside >= frame) {
			sample_span(row, left, (left + right - frame) / 2, glass, 20);
			sample_span(row, (left + right + frame) / 2, right, glass, 20);
		}
	}
}

static void sign_row(const struct sample_house *h, const struct sample_row *row)
{
	int dots = sample_text_dots(h->sign);
	int dot_px = (h->right - h->left) * 3 / (4 * (dots + 4));
	int left = (h->left + h->right - dots * dot_px) / 2;
	int top = h->top + (h->base - h->top) / h->storeys - 4 * dot_px;

	if (dot_px < 1 || row->y < top - 2 * dot_px || row->y >= top + 9 * dot_px)
		return;
	sample_span(row, left - 2 * dot_px, left + (dots + 2) * dot_px, sample_rgb(0x23303a), 24);
	sample_text_row(row, h->sign, left, top, dot_px, sample_rgb(0xf4efdc));
}

static void house_row(const struct sample_house *h, const struct sample_row *row)
{
	int course = (h->base - h->top) / 40 + 2;
	int middle = (h->left + h->right) / 2;

	if (row->y < h->top - h->roof_px || row->y >= h->base)
		return;
	if (row->y < h->top) {
		int half = (row->y - h->top + h->roof_px + 1) * (h->right - h->left) * 9 /
			   (16 * h->roof_px);
		int32_t tile = (h->top - row->y) % course == 0 ? 2900 : 4096;
		sample_span(row, middle - half, middle + half, sample_light(h->roof, tile), 220);
		return;
	}
	struct sample_colour wall = h->wall;
	if ((row->y - h->top) % course == 0)
		wall = sample_light(wall, 3700);
	if (h->base - row->y < (h->base - h->top) / 16)
		wall = sample_light(wall, 2800);
	sample_span(row, h->left, h->right, wall, 90);
	/* the side away from the sun */
	sample_span(row, h->right - (h->right - h->left) / 12, h->right, sample_light(wall, 2700),
		    90);
	window_row(h, row);
	if (h->sign != NULL)
		sign_row(h, row);
}

/* A crown is a disc whose rim is frayed by the texture, lit from the upper left. */
static void tree_row(const struct sample_tree *t, const struct sample_row *row)
{
	int trunk = t->radius_px / 9 + 1;
	int reach = t->radius_px * 5 / 4 + 1;
	int32_t ny = (int32_t)((int64_t)(row->y - t->crown_y) * 256 / (t->radius_px + 1));

	if (row->y >= t->crown_y && row->y < t->base)
		sample_span(row, t->x - trunk / 2, t->x + trunk - trunk / 2, sample_rgb(0x4a3626),
			    300);
	if (row->y < t->crown_y - reach || row->y > t->crown_y + reach)
		return;
	int end = t->x + reach < row->width ? t->x + reach : row->width;
	int32_t scale = 256 * 4096 / (t->radius_px + 1);
	for (int x = t->x > reach ? t->x - reach : 0; x < end; x++) {
		int32_t noise = row->texture[x];
		int32_t nx = (x - t->x) * scale >> 12;
		int32_t cover = 58000 + noise * 16 - nx * nx - ny * ny;
		if (cover <= 0)
			continue;
		int32_t light = 3400 - nx * 5 - ny * 7 + noise * 3 / 4;
		struct sample_colour leaf = sample_light(t->leaf, sample_clamp(light, 700, 6500));
		row->pixels[x] =
			sample_blend(row->pixels[x], leaf, sample_clamp(cover >> 4, 0, 256));
	}
}

static void board_row(const struct sample_objects *o, const struct sample_row *row)
{
	int dot = o->board_dot_px;
	int inside = row->y - o->board_top;
	int wide = BOARD_DOTS_WIDE * dot;
	int high = (BOARD_LINES * BOARD_LINE_DOTS + 4) * dot;

	if (inside < 0 || inside >= high * 3 / 2)
		return;
	if (inside >= high) {
		sample_span(row, o->board_left + wide / 8, o->board_left + wide / 6,
			    sample_rgb(0x5a4632), 200);
		sample_span(row, o->board_left + wide * 5 / 6, o->board_left + wide * 7 / 8,
			    sample_rgb(0x5a4632), 200);
		return;
	}
	sample_span(row, o->board_left, o->board_left + wide, sample_rgb(0x6a4f33), 160);
	if (inside < dot || inside >= high - dot)
		return;
	sample_span(row, o->board_left + dot, o->board_left + wide - dot, sample_rgb(0xf1ecdb), 24);
	for (int line = 0; line < BOARD_LINES; line++) {
		uint32_t s = sample_hash(o->board_seed, (uint32_t)line, 11);
		int top = o->board_top + (3 + line * BOARD_LINE_DOTS) * dot;
		sample_text_row(row, sample_word(s), o->board_left + 3 * dot, top, dot,
				sample_rgb(line == 0 ? 0x9c2a1e : 0x2a2a30));
	}
}

/* Wires hang in parabolas from the pole to the borders; lines a pixel or two thick. */
static void wires_row(const struct sample_objects *o, const struct sample_row *row)
{
	int thick = o->height_px / 1500 + 1;

	for (int wire = 0; wire < WIRES; wire++) {
		int hang = o->pole_top + (1 + wire) * o->height_px / 60;
		if (row->y < hang - thick || row->y > hang + o->wire_sag_px / 4 + thick)
			continue;
		for (int x = 0; x < row->width; x++) {
			int64_t far = x < o->pole_x ? o->pole_x : row->width - o->pole_x;
			int64_t from = x < o->pole_x ? o->pole_x - x : x - o->pole_x;
			int64_t y16 = hang * 16 + 16 * o->wire_sag_px * from * (far * 2 - from) /
							  (4 * far * far + 1);
			int64_t off = row->y * 16 - y16;
			int32_t cover = (int32_t)(16 * thick - (off < 0 ? -off : off));
			if (cover > 0)
				row->pixels[x] = sample_blend(row->pixels[x], sample_rgb(0x1c1e22),
							      sample_clamp(cover * 16, 0, 230));
		}
	}
}

static void pole_row(const struct sample_objects *o, const struct sample_row *row)
{
	int arm = o->pole_px * 5;

	if (row->y < o->pole_top || row->y >= o->houses[0].base + o->height_px / 30)
		return;
	sample_span(row, o->pole_x, o->pole_x + o->pole_px, sample_rgb(0x54483c), 200);
	if (row->y >= o->pole_top + o->height_px / 60 &&
	    row->y < o->pole_top + o->height_px / 60 + o->pole_px)
		sample_span(row, o->pole_x - arm, o->pole_x + arm + o->pole_px,
			    sample_rgb(0x453a30), 200);
}

void sample_objects_row(const struct sample_objects *objects, const struct sample_row *row)
{
	for (int i = 0; i < SAMPLE_HOUSES; i++)
		house_row(&objects->houses[i], row);
	wires_row(objects, row);
	pole_row(objects, row);
	for (int i = 0; i < SAMPLE_TREES; i++)
		tree_row(&objects->trees[i], row);
	board_row(objects, row);
}
