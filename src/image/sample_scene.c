/*
 * sample_scene.c - see sample_scene.h.
 *
 * Painted from far to near, as one paints a landscape: sky and clouds, hills that pale with
 * distance, the ground with a path, what stands on it; then what a camera adds: darker corners
 * and the noise of its sensor. That noise is what a JPEG of a photograph spends most of its
 * bytes on; its strength is chosen so that 12 megapixels take 3 to 6 MB at quality 90.
 */
#include "config.h"

#include "image/sample_scene.h"

#include <stddef.h>
#include <stdlib.h>

#include "base/mem.h"
#include "image/sample_noise.h"
#include "image/sample_objects.h"
#include "image/sample_paint.h"

enum { HILLS = 3, LUMA_NOISE = 60, CHROMA_NOISE = 10, GRAIN = 7 };

struct palette {
	uint32_t zenith, horizon, cloud, sun, haze, forest, leaf, ground, ground_dry, path;
	int cloud_threshold; /* noise above it is cloud */
};

static const struct palette palettes[] = {
	{0x3f7fc4, 0xbfdcec, 0xfbfbf8, 0xfff6d8, 0xa9c0cc, 0x3f5a34, 0x4f7a36, 0x4f7a35, 0x9a9a4e,
	 0xa99c86, 150},
	{0x4a5f95, 0xf2b77e, 0xf3c9b0, 0xffe0a0, 0xb79a98, 0x3e4430, 0x6a6a34, 0x5c5f30, 0x8c7440,
	 0x94806a, -100},
	{0x9fb0bb, 0xd9dfe1, 0xeef0f0, 0xf4f4f0, 0xb3bcbf, 0x4a5a4a, 0x56704a, 0x566f48, 0x87885e,
	 0x8f8b84, -700},
	{0x5a94cf, 0xdbe9f2, 0xffffff, 0xfffbe8, 0xb6c8d4, 0x4c3f2c, 0xb8702a, 0x7d6f3a, 0xb58a44,
	 0xa48f78, 350},
	{0x2f6fb8, 0xa8d2ea, 0xf8fafc, 0xfffae0, 0x9fbccb, 0x2f5236, 0x3c7040, 0x5b8a3c, 0xb9b25e,
	 0xc4b393, 500},
};

struct sample_scene {
	int width_px, height_px;
	uint32_t seed;
	const struct palette *palette;
	int ground_y;
	int horizon_y; /* below every ridge's top: where sky need not be painted any more */
	int hills_y;   /* above every ridge's top */
	int sun_x, sun_y, sun_px;
	int path_far_x, path_near_x;
	struct sample_objects objects;
	struct sample_colour *pixels;
	int32_t *noise;
	int32_t *texture;
	int32_t *ridges[HILLS]; /* top of each range by column, in 1/16 px; far to near */
};

static int scene_pick(uint32_t seed, uint32_t n, int low, int high)
{
	if (high <= low)
		return low;
	return low + (int)(sample_hash(seed, n, 31) % (uint32_t)(high - low + 1));
}

/* Pixels of a row in 1/65536 cells, when `cells` cells fill the picture's longer side. */
static int64_t step_of(const struct sample_scene *s, int cells)
{
	int side = s->width_px > s->height_px ? s->width_px : s->height_px;
	int64_t step = (int64_t)cells * 65536 / side;

	return step > 0 ? step : 1;
}

static void lay_ridges(struct sample_scene *s)
{
	int low = 0;
	int high = s->height_px;

	for (int i = 0; i < HILLS; i++) {
		struct sample_field field = {
			.seed = sample_hash(s->seed, (uint32_t)i, 3),
			.octaves = 10,
			.roughness = i == 0 ? 125 : 105,
			.step_q16 = step_of(s, 3 + i),
			.y_q16 = i * 977777,
		};
		int base = s->ground_y - s->height_px * (HILLS - i) / 22;
		int swing = s->height_px * (HILLS + 1 - i) / 16;
		sample_field_row(&field, s->ridges[i], s->width_px);
		for (int x = 0; x < s->width_px; x++) {
			int top16 = base * 16 - (int)((int64_t)s->ridges[i][x] * swing * 16 >> 11);
			if (top16 > s->ground_y * 16)
				top16 = s->ground_y * 16;
			s->ridges[i][x] = top16;
			high = top16 / 16 < high ? top16 / 16 : high;
			low = i == HILLS - 1 && top16 / 16 > low ? top16 / 16 : low;
		}
	}
	s->hills_y = high - 1;
	s->horizon_y = low + 2 < s->ground_y ? low + 2 : s->ground_y;
}

struct sample_scene *sample_scene_create(uint32_t seed, int width_px, int height_px)
{
	struct sample_scene *s = mem_calloc(1, sizeof(*s));
	size_t width = (size_t)width_px;

	s->pixels = mem_try(width * sizeof(*s->pixels));
	s->noise = mem_try(width * sizeof(*s->noise) * (2 + HILLS));
	if (s->pixels == NULL || s->noise == NULL) {
		sample_scene_free(s);
		return NULL;
	}
	s->texture = s->noise + width;
	for (int i = 0; i < HILLS; i++)
		s->ridges[i] = s->texture + width * (size_t)(1 + i);
	s->width_px = width_px;
	s->height_px = height_px;
	s->seed = seed;
	s->palette = &palettes[sample_hash(seed, 0, 1) % (sizeof(palettes) / sizeof(palettes[0]))];
	s->ground_y = scene_pick(seed, 1, height_px * 52 / 100, height_px * 64 / 100);
	s->sun_x = scene_pick(seed, 2, width_px / 10, width_px * 9 / 10);
	s->sun_y = scene_pick(seed, 3, height_px / 12, height_px / 4);
	s->sun_px = (width_px < height_px ? width_px : height_px) / 28 + 1;
	s->path_far_x = scene_pick(seed, 4, width_px / 3, width_px * 2 / 3);
	s->path_near_x = scene_pick(seed, 5, width_px / 4, width_px * 3 / 4);
	lay_ridges(s);
	sample_objects_place(&s->objects, seed, width_px, height_px, s->ground_y,
			     sample_rgb(s->palette->leaf));
	return s;
}

void sample_scene_free(struct sample_scene *scene)
{
	if (scene == NULL)
		return;
	free(scene->pixels);
	free(scene->noise);
	free(scene);
}

/* The sky is a ceiling in perspective: clouds grow smaller towards the horizon. */
static void sky_row(struct sample_scene *s, int y)
{
	const struct palette *p = s->palette;
	int below = s->ground_y + s->height_px / 6 - y;
	int64_t depth_q8 = 256 * (int64_t)(s->ground_y + s->height_px / 6 + 1) / (below + 1);
	int64_t step = step_of(s, 3) * depth_q8 >> 8;
	struct sample_field field = {
		.seed = sample_hash(s->seed, 4, 4),
		.octaves = 8,
		.roughness = 132,
		.x_q16 = -step * (s->width_px / 2),
		.step_q16 = step,
		.y_q16 =
			65536 * (int64_t)7 / 2 * (s->ground_y + s->height_px / 6 + 1) / (below + 1),
	};
	int32_t t = y * 256 / (s->ground_y + 1);
	struct sample_colour air = sample_blend(sample_rgb(p->zenith), sample_rgb(p->horizon), t);
	struct sample_colour cloud = sample_rgb(p->cloud);
	struct sample_colour sun = sample_rgb(p->sun);
	int64_t sun2 = (int64_t)s->sun_px * s->sun_px;
	int64_t dy2 = (int64_t)(y - s->sun_y) * (y - s->sun_y);

	sample_field_row(&field, s->noise, s->width_px);
	for (int x = 0; x < s->width_px; x++) {
		int64_t d2 = dy2 + (int64_t)(x - s->sun_x) * (x - s->sun_x);
		int32_t glow = d2 < 64 * sun2 ? (int32_t)(160 * sun2 / (d2 + sun2)) : 160 / 65;
		if (d2 < 2 * sun2)
			glow += (int32_t)(256 * (2 * sun2 - d2) / sun2);
		glow = sample_clamp(glow, 0, 256);
		int32_t cover = sample_clamp((s->noise[x] - p->cloud_threshold) / 6, 0, 235);
		int32_t shade = 4096 - sample_clamp(s->noise[x] - 900, 0, 900) / 2;
		struct sample_colour c = sample_blend(air, sun, glow);
		s->pixels[x] = sample_blend(c, sample_light(cloud, shade), cover);
	}
}

/* The detail of leaves, grass and plaster that is finer than the noise field reaches. */
static void add_grain(const struct sample_scene *s, int y, uint32_t kind, int32_t *noise)
{
	uint32_t random = sample_hash(s->seed, (uint32_t)y, kind);

	for (int x = 0; x < s->width_px; x++) {
		random = random * UINT32_C(1664525) + UINT32_C(1013904223);
		noise[x] += ((int32_t)(random >> 24) + (int32_t)(random >> 16 & 255) - 255) * GRAIN;
	}
}

static void hills_row(struct sample_scene *s, int y)
{
	struct sample_colour haze = sample_rgb(s->palette->haze);
	struct sample_colour forest = sample_rgb(s->palette->forest);

	for (int i = 0; i < HILLS; i++) {
		struct sample_colour hill = sample_blend(haze, forest, 70 + 80 * i);
		int contrast = 90 + 170 * i;
		for (int x = 0; x < s->width_px; x++) {
			int32_t inside = (y + 1) * 16 - s->ridges[i][x];
			if (inside <= 0)
				continue;
			int32_t light = 4096 + (s->texture[x] * contrast >> 8);
			/* valleys lie in mist */
			int32_t mist = sample_clamp(inside * 6 / s->height_px, 0, 60);
			struct sample_colour c = sample_blend(
				sample_light(hill, sample_clamp(light, 1200, 7000)), haze, mist);
			s->pixels[x] = inside < 16 ? sample_blend(s->pixels[x], c, inside * 16) : c;
		}
	}
}

/* A path that bends towards its vanishing point, with lines along its borders. */
static void path_row(struct sample_scene *s, int y, int64_t depth_q8)
{
	int deep = s->height_px - s->ground_y;
	int64_t t = (int64_t)(y - s->ground_y) * 4096 / (deep > 0 ? deep : 1);
	int bend = (int)((s->path_near_x - s->path_far_x) * t / 4096 * t / 4096);
	int middle = s->path_far_x + bend;
	int half = (int)(s->width_px * (t + 60) / 4096 / 7);
	int line = half / 24;
	struct sample_row row = {
		.pixels = s->pixels, .texture = s->noise, .width = s->width_px, .y = y};

	sample_span(&row, middle - half, middle + half, sample_rgb(s->palette->path), 110);
	sample_span(&row, middle - half + line, middle - half + 2 * line, sample_rgb(0xe6e2d6), 60);
	sample_span(&row, middle + half - 2 * line, middle + half - line, sample_rgb(0xe6e2d6), 60);
	if (depth_q8 >> 6 & 1)
		sample_span(&row, middle - line / 2, middle + line - line / 2, sample_rgb(0xe6e2d6),
			    60);
}

static void ground_row(struct sample_scene *s, int y)
{
	const struct palette *p = s->palette;
	int deep = s->height_px / 9 + 1;
	int64_t depth_q8 =
		256 * (int64_t)(s->height_px - s->ground_y + deep) / (y - s->ground_y + deep);
	int64_t step = step_of(s, 20) * depth_q8 >> 8;
	struct sample_field field = {
		.seed = sample_hash(s->seed, 5, 5),
		.octaves = 11,
		.roughness = 228,
		.x_q16 = -step * (s->width_px / 2),
		.step_q16 = step > 0 ? step : 1,
		.y_q16 = 65536 * (int64_t)14 * (s->height_px - s->ground_y + deep) /
			 (y - s->ground_y + deep),
	};
	struct sample_colour fresh = sample_rgb(p->ground);
	struct sample_colour dry = sample_rgb(p->ground_dry);
	struct sample_colour haze = sample_rgb(p->haze);
	int32_t mist = (int32_t)sample_clamp((int32_t)(depth_q8 - 700) / 12, 0, 70);

	sample_field_row(&field, s->noise, s->width_px);
	add_grain(s, y, 21, s->noise);
	for (int x = 0; x < s->width_px; x++) {
		int32_t noise = s->noise[x];
		int32_t light = sample_clamp(3900 + noise * 5 / 8, 1300, 7000);
		struct sample_colour c =
			sample_blend(fresh, dry, sample_clamp(110 + (noise >> 5), 0, 256));
		s->pixels[x] = sample_blend(sample_light(c, light), haze, mist);
	}
	path_row(s, y, depth_q8);
}

static void texture_row(struct sample_scene *s, int y)
{
	int64_t step = step_of(s, 48);
	struct sample_field field = {
		.seed = sample_hash(s->seed, 6, 6),
		.octaves = 7,
		.roughness = 215,
		.step_q16 = step,
		.y_q16 = (y + 1) * step,
	};

	sample_field_row(&field, s->texture, s->width_px);
	add_grain(s, y, 22, s->texture);
}

static unsigned char level(int32_t value)
{
	return (unsigned char)sample_clamp((value + 8) >> 4, 0, 255);
}

/* Darker corners and sensor noise: mostly brightness, a little colour, more in the shadows. */
static void develop_row(const struct sample_scene *s, int y, unsigned char *rgb)
{
	int64_t half2 =
		((int64_t)s->width_px * s->width_px + (int64_t)s->height_px * s->height_px) / 4 + 1;
	int64_t dy = y - s->height_px / 2;
	uint64_t random = (uint64_t)sample_hash(s->seed, (uint32_t)y, 7) << 32 |
			  sample_hash(s->seed, (uint32_t)y, 8);
	int64_t falloff_q32 = ((int64_t)900 << 32) / half2;

	for (int x = 0; x < s->width_px; x++) {
		int64_t dx = x - s->width_px / 2;
		int32_t light = 4096 - (int32_t)((dx * dx + dy * dy) * falloff_q32 >> 32);
		struct sample_colour c = sample_light(s->pixels[x], light);
		random = random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		uint32_t bits = (uint32_t)(random >> 32);
		int32_t luma = (int32_t)(bits & 255) + (int32_t)(bits >> 8 & 255) - 255;
		int32_t red = (int32_t)(bits >> 16 & 255) - 128;
		int32_t blue = (int32_t)(bits >> 24) - 128;
		luma = luma * LUMA_NOISE >> 7;
		rgb[3 * x] = level(c.r + luma + (red * CHROMA_NOISE >> 5));
		rgb[3 * x + 1] = level(c.g + luma);
		rgb[3 * x + 2] = level(c.b + luma + (blue * CHROMA_NOISE >> 5));
	}
}

void sample_scene_row(struct sample_scene *scene, int y, unsigned char *rgb)
{
	struct sample_row row = {.pixels = scene->pixels,
				 .texture = scene->texture,
				 .width = scene->width_px,
				 .y = y};

	texture_row(scene, y);
	if (y <= scene->horizon_y)
		sky_row(scene, y);
	if (y >= scene->hills_y && y <= scene->ground_y)
		hills_row(scene, y);
	if (y > scene->ground_y)
		ground_row(scene, y);
	sample_objects_row(&scene->objects, &row);
	develop_row(scene, y, rgb);
}

void sample_scene_alpha_row(const struct sample_scene *scene, int y, unsigned char *alpha)
{
	int64_t w = scene->width_px;
	int64_t h = scene->height_px;
	int64_t dy = (2 * y + 1 - h) * 1024 / h;

	for (int x = 0; x < w; x++) {
		int64_t dx = (2 * x + 1 - w) * 1024 / w;
		/* opaque up to 0.7 of the half axes' square, gone at 1 */
		int64_t inside = (1024 * 1024 - dx * dx - dy * dy) * 255 / (1024 * 1024 * 3 / 10);
		alpha[x] = (unsigned char)(inside < 0 ? 0 : inside > 255 ? 255 : inside);
	}
}
