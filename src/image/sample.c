/*
 * sample.c - see sample.h. What each picture is, and how an upright scene gets into a turned
 * file; painting and file formats have files of their own.
 */
#include "config.h"

#include "image/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/sample_noise.h"
#include "image/sample_parts.h"
#include "image/sample_scene.h"

enum { CYCLE = 24, EVENT = 5, STRIP_ROWS = 16 };

struct choice {
	enum sample_format format;
	enum sample_chroma chroma;
	bool progressive;
	int orientation;
};

/* A folder as people have it: mostly plain camera files, a few of everything else. Each
 * orientation occurs among the first eleven, the common ones more often after that. */
static const struct choice choices[CYCLE] = {
	{SAMPLE_JPEG, SAMPLE_420, false, 1},	    {SAMPLE_JPEG, SAMPLE_420, false, 6},
	{SAMPLE_JPEG, SAMPLE_420, false, 8},	    {SAMPLE_PNG_RGB, SAMPLE_444, false, 1},
	{SAMPLE_JPEG, SAMPLE_422, false, 3},	    {SAMPLE_JPEG, SAMPLE_420, false, 2},
	{SAMPLE_JPEG, SAMPLE_420, true, 5},	    {SAMPLE_PNG_RGBA, SAMPLE_444, false, 1},
	{SAMPLE_JPEG, SAMPLE_420, false, 4},	    {SAMPLE_JPEG, SAMPLE_420, false, 7},
	{SAMPLE_JPEG, SAMPLE_GRAY, false, 1},	    {SAMPLE_JPEG, SAMPLE_420, false, 1},
	{SAMPLE_JPEG, SAMPLE_444, false, 6},	    {SAMPLE_JPEG, SAMPLE_420, false, 1},
	{SAMPLE_PNG_PALETTE, SAMPLE_444, false, 1}, {SAMPLE_JPEG, SAMPLE_420, false, 1},
	{SAMPLE_JPEG, SAMPLE_420, false, 6},	    {SAMPLE_PNG_GRAY16, SAMPLE_444, false, 1},
	{SAMPLE_JPEG, SAMPLE_420, false, 8},	    {SAMPLE_JPEG, SAMPLE_422, true, 1},
	{SAMPLE_JPEG, SAMPLE_420, false, 1},	    {SAMPLE_PNG_INTERLACED, SAMPLE_444, false, 1},
	{SAMPLE_JPEG, SAMPLE_420, false, 3},	    {SAMPLE_JPEG, SAMPLE_444, false, 1},
};

void sample_date(int64_t since_1970_s, struct sample_date *date)
{
	int64_t day = since_1970_s / 86400;
	int64_t second = since_1970_s % 86400;
	/* years begin in March, so that a leap day comes last; eras are 400 years */
	int64_t shifted = day + 719468;
	int64_t era = shifted / 146097;
	int64_t of_era = shifted % 146097;
	int64_t year = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * of_year + 2) / 153;

	date->day = (int)(of_year - (153 * month + 2) / 5 + 1);
	date->month = (int)(month < 10 ? month + 3 : month - 9);
	date->year = (int)(year + era * 400 + (date->month <= 2));
	date->hour = (int)(second / 3600);
	date->minute = (int)(second / 60 % 60);
	date->second = (int)(second % 60);
}

static void choose_size(struct sample *sample, uint32_t random)
{
	static const int sizes[][2] = {
		{4000, 3000}, {4032, 3024}, {3264, 2448}, {3648, 2736}, {4128, 2322},
		{3888, 2592}, {2611, 1733}, {2592, 1944}, {2400, 1600}, {2048, 1536},
	};
	enum { SIZES = sizeof(sizes) / sizeof(sizes[0]), SMALL = 4 };
	/* PNG compresses slowly, and people's PNGs are smaller: the last few only */
	uint32_t i =
		sample->format == SAMPLE_JPEG ? random % SIZES : SIZES - SMALL + random % SMALL;

	sample->width_px = sizes[i][0];
	sample->height_px = sizes[i][1];
}

/* Names that a program must survive: spaces, parentheses, letters beyond ASCII. */
static void choose_name(struct sample *sample, int64_t index, uint32_t random)
{
	static const char *const jpegs[] = {
		"IMG_",
		"DSC0",
		"Sunset at the lake (",
		"IMG_",
		"Höhenweg, 2. Etappe (",
		"P10",
		"été à la mer (",
		"写真 (",
	};
	static const char *const pngs[] = {"Screenshot (", "Снимок экрана (", "scan_"};
	const char *stem = sample->format == SAMPLE_JPEG ? jpegs[random % 8] : pngs[random % 3];
	bool open = stem[strlen(stem) - 1] == '(';
	const char *ending = sample->format != SAMPLE_JPEG ? ".png"
			     : random / 8 % 4 == 0	   ? ".JPG"
			     : random / 8 % 4 == 1	   ? ".jpeg"
							   : ".jpg";
	struct sample_date d;

	sample_date(sample->taken_s, &d);
	snprintf(sample->name, sizeof(sample->name), "%04d/%02d/%s%0*lld%s%s", d.year, d.month,
		 stem, open ? 1 : 5, (long long)index + 1, open ? ")" : "", ending);
}

void sample_choose(struct sample *sample, uint64_t seed, int64_t index, int width_px, int height_px)
{
	const struct choice *choice = &choices[index % CYCLE];
	uint32_t mixed = sample_hash((uint32_t)seed, (uint32_t)(seed >> 32), 101);
	uint32_t event = sample_hash(mixed, (uint32_t)(index / EVENT), 102);

	*sample = (struct sample){
		.scene_seed = sample_hash(mixed, (uint32_t)index, 103),
		.format = choice->format,
		.chroma = choice->chroma,
		.progressive = choice->progressive,
		.orientation = choice->orientation,
		/* a few pictures of one day, the days spread over 2015 to 2024 */
		.taken_s = INT64_C(1420070400) + event % 3650 * INT64_C(86400) + 32400 +
			   index % EVENT * 1861,
		.width_px = width_px,
		.height_px = height_px,
	};
	if (width_px <= 0 || height_px <= 0)
		choose_size(sample, sample_hash(sample->scene_seed, 1, 104));
	choose_name(sample, index, sample_hash(sample->scene_seed, 2, 104));
}

/*
 * Where pixel (u, v) of the upright picture lies in the file: first + u·right + v·down, in
 * pixels. EXIF 0x0112: the value names where the file's row 0 and column 0 are to be seen.
 */
struct turn {
	ptrdiff_t first, right, down;
};

static struct turn turn_of(int orientation, ptrdiff_t width, ptrdiff_t height)
{
	ptrdiff_t bottom = (height - 1) * width;

	switch (orientation) {
	case 2:
		return (struct turn){width - 1, -1, width};
	case 3:
		return (struct turn){bottom + width - 1, -1, -width};
	case 4:
		return (struct turn){bottom, 1, -width};
	case 5:
		return (struct turn){0, width, 1};
	case 6:
		return (struct turn){bottom, -width, 1};
	case 7:
		return (struct turn){bottom + width - 1, -width, -1};
	case 8:
		return (struct turn){width - 1, width, -1};
	default:
		return (struct turn){0, 1, width};
	}
}

/* Paint upright, a strip of rows at a time: writing columns of a turned file one by one would
 * miss the cache with every pixel. */
static void paint(const struct sample *sample, struct sample_scene *scene, unsigned char *strip,
		  struct sample_pixels *pixels)
{
	bool sideways = sample->orientation >= 5;
	int width = sideways ? sample->height_px : sample->width_px;
	int height = sideways ? sample->width_px : sample->height_px;
	struct turn turn = turn_of(sample->orientation, sample->width_px, sample->height_px);
	size_t stride = (size_t)width * 3;

	for (int top = 0; top < height; top += STRIP_ROWS) {
		int rows = height - top < STRIP_ROWS ? height - top : STRIP_ROWS;
		for (int i = 0; i < rows; i++)
			sample_scene_row(scene, top + i, strip + (size_t)i * stride);
		for (int u = 0; u < width; u++) {
			unsigned char *to =
				pixels->rgb + 3 * (turn.first + u * turn.right + top * turn.down);
			const unsigned char *from = strip + (size_t)u * 3;
			for (int i = 0; i < rows; i++, from += stride, to += 3 * turn.down)
				memcpy(to, from, 3);
		}
	}
	if (pixels->alpha != NULL)
		for (int y = 0; y < height; y++)
			sample_scene_alpha_row(scene, y, pixels->alpha + (size_t)y * (size_t)width);
}

int sample_encode(const struct sample *sample, struct sample_bytes *file, struct err *err)
{
	size_t count = (size_t)sample->width_px * (size_t)sample->height_px;
	bool sideways = sample->orientation >= 5;
	int width = sideways ? sample->height_px : sample->width_px;
	int height = sideways ? sample->width_px : sample->height_px;
	struct sample_pixels pixels = {.width_px = sample->width_px,
				       .height_px = sample->height_px};
	struct sample_scene *scene = sample_scene_create(sample->scene_seed, width, height);
	unsigned char *strip = mem_try((size_t)width * 3 * STRIP_ROWS);
	int rc = -1;

	*file = (struct sample_bytes){.bytes = NULL};
	pixels.rgb = mem_try(count * 3);
	if (sample->format == SAMPLE_PNG_RGBA)
		pixels.alpha = mem_try(count);
	if (scene == NULL || strip == NULL || pixels.rgb == NULL ||
	    (sample->format == SAMPLE_PNG_RGBA && pixels.alpha == NULL)) {
		err_transient(err, "%dx%d: out of memory", sample->width_px, sample->height_px);
		goto out;
	}
	paint(sample, scene, strip, &pixels);
	if (sample->format == SAMPLE_JPEG)
		rc = sample_write_jpeg(sample, &pixels, file, err);
	else
		rc = sample_write_png(sample, &pixels, file, err);
out:
	sample_scene_free(scene);
	free(strip);
	free(pixels.rgb);
	free(pixels.alpha);
	return rc;
}
