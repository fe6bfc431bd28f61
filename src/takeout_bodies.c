/*
 * takeout_bodies.c - see takeout_bodies.h. The EXIF of all containers is that of a painted JPEG,
 * whose three times are then replaced by a file's own.
 */
#include "config.h"

#include "takeout_bodies.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "image/sample.h"
#include "takeout_boxes.h"

enum {
	VARIANTS = 12,
	TIMES_MAX = 4,
	TIME_BYTES = 19, /* "2021:07:04 12:30:00" */
	JPEG_FIRST_SEGMENT = 2,
	JPEG_SEGMENT_HEAD = 4, /* marker and length */
	EXIF_HEAD_BYTES = 6,
};

/* From 1904, which movies count from, to 1970. */
#define MOVIE_EPOCH_S INT64_C(2082844800)

/* Where no picture has anything else. */
static const char serial_place[] = "serial-000000000000.";

struct variant {
	unsigned char *bytes;
	size_t length;
	size_t serial_at;
	size_t times_at[TIMES_MAX];
	size_t ntimes;
	size_t movie_at; /* of two times in seconds since 1904; 0 = it has none */
};

struct takeout_bodies {
	struct variant variants[TAKEOUT_MEDIA_BODIES][VARIANTS];
};

static void format_time(int64_t taken_s, char text[TIME_BYTES + 1])
{
	struct tm day;

	gmtime_r(&(time_t){taken_s}, &day);
	if (strftime(text, TIME_BYTES + 1, "%Y:%m:%d %H:%M:%S", &day) == 0)
		text[0] = '\0';
}

/* Find what each copy gets of its own. */
static void find_places(struct variant *variant, const char *time)
{
	const unsigned char *at =
		memmem(variant->bytes, variant->length, serial_place, TAKEOUT_SERIAL_BYTES);

	variant->serial_at = (size_t)(at - variant->bytes);
	at = variant->bytes;
	while (variant->ntimes < TIMES_MAX) {
		size_t left = variant->length - (size_t)(at - variant->bytes);

		at = memmem(at, left, time, TIME_BYTES);
		if (at == NULL)
			break;
		variant->times_at[variant->ntimes++] = (size_t)(at - variant->bytes);
		at += TIME_BYTES;
	}
}

static void keep(struct variant *variant, const struct takeout_bytes *file, const char *time)
{
	variant->bytes = mem_copy(file->bytes, file->length);
	variant->length = file->length;
	find_places(variant, time);
}

static size_t segment_length(const struct sample_bytes *jpeg, size_t at)
{
	return (size_t)jpeg->bytes[at + 2] << 8 | jpeg->bytes[at + 3];
}

/* Where the EXIF segment begins, which sample_encode always writes. */
static size_t find_exif(const struct sample_bytes *jpeg)
{
	size_t at = JPEG_FIRST_SEGMENT;

	while (jpeg->bytes[at + 1] != 0xe1)
		at += 2 + segment_length(jpeg, at);
	return at;
}

/* The painted picture with a comment behind its EXIF segment, which begins at `exif`. */
static void write_jpeg(struct takeout_bytes *out, const struct sample_bytes *jpeg, size_t exif)
{
	size_t head = exif + 2 + segment_length(jpeg, exif);

	takeout_put(out, jpeg->bytes, head);
	takeout_put_be(out, 0xfffe, 2);
	takeout_put_be(out, 2 + TAKEOUT_SERIAL_BYTES, 2);
	takeout_put(out, serial_place, TAKEOUT_SERIAL_BYTES);
	takeout_put(out, jpeg->bytes + head, jpeg->length - head);
}

/* A picture so small that the rest of the file is most of it. */
static int paint(uint64_t seed, int64_t index, enum sample_format format,
		 struct sample_bytes *picture, int64_t *taken_s, struct err *err)
{
	struct sample sample;

	sample_choose(&sample, seed, index, format == SAMPLE_JPEG ? 64 : 24,
		      format == SAMPLE_JPEG ? 48 : 18);
	sample.format = format;
	sample.progressive = false;
	*taken_s = sample.taken_s;
	return sample_encode(&sample, picture, err);
}

static int make_variants(struct takeout_bodies *bodies, uint64_t seed, int index, struct err *err)
{
	struct sample_bytes jpeg = {0}, png = {0};
	struct takeout_bytes *file = mem_calloc(1, sizeof(*file));
	struct variant *movie;
	struct takeout_load load;
	int64_t taken_s, ignored;
	char time[TIME_BYTES + 1];
	size_t exif;
	int rc = -1;

	if (paint(seed, index, SAMPLE_JPEG, &jpeg, &taken_s, err) != 0 ||
	    paint(seed, index, SAMPLE_PNG_PALETTE, &png, &ignored, err) != 0)
		goto out;
	format_time(taken_s, time);
	exif = find_exif(&jpeg);
	load = (struct takeout_load){
		.tiff = jpeg.bytes + exif + JPEG_SEGMENT_HEAD + EXIF_HEAD_BYTES,
		.tiff_length = segment_length(&jpeg, exif) - 2 - EXIF_HEAD_BYTES,
		.serial = serial_place};
	write_jpeg(file, &jpeg, exif);
	keep(&bodies->variants[TAKEOUT_JPEG][index], file, time);
	file->length = 0;
	takeout_write_png(file, &load, png.bytes, png.length);
	keep(&bodies->variants[TAKEOUT_PNG][index], file, time);
	file->length = 0;
	takeout_write_webp(file, &load);
	keep(&bodies->variants[TAKEOUT_WEBP][index], file, time);
	file->length = 0;
	takeout_write_gif(file, &load);
	keep(&bodies->variants[TAKEOUT_GIF][index], file, time);
	file->length = 0;
	takeout_write_heic(file, &load);
	keep(&bodies->variants[TAKEOUT_HEIC][index], file, time);
	for (int mov = 0; mov <= 1; mov++) {
		file->length = 0;
		movie = &bodies->variants[mov ? TAKEOUT_MOV : TAKEOUT_MP4][index];
		takeout_write_movie(file, &load, mov != 0, &movie->movie_at);
		keep(movie, file, time);
	}
	rc = 0;
out:
	free(jpeg.bytes);
	free(png.bytes);
	free(file);
	return rc;
}

struct takeout_bodies *takeout_bodies_new(uint64_t seed, struct err *err)
{
	struct takeout_bodies *bodies = mem_calloc(1, sizeof(*bodies));

	for (int i = 0; i < VARIANTS; i++) {
		if (make_variants(bodies, seed, i, err) != 0) {
			takeout_bodies_free(bodies);
			return NULL;
		}
	}
	return bodies;
}

void takeout_bodies_free(struct takeout_bodies *bodies)
{
	if (bodies == NULL)
		return;
	for (int body = 0; body < TAKEOUT_MEDIA_BODIES; body++)
		for (int i = 0; i < VARIANTS; i++)
			free(bodies->variants[body][i].bytes);
	free(bodies);
}

size_t takeout_body_copy(const struct takeout_bodies *bodies, enum takeout_body body,
			 uint64_t serial, int64_t taken_s, unsigned char *file)
{
	const struct variant *variant = &bodies->variants[body][(serial >> 3) % VARIANTS];
	char text[32], time[TIME_BYTES + 1];

	memcpy(file, variant->bytes, variant->length);
	snprintf(text, sizeof text, "serial-%012llu.", (unsigned long long)serial);
	memcpy(file + variant->serial_at, text, TAKEOUT_SERIAL_BYTES);
	format_time(taken_s, time);
	for (size_t i = 0; i < variant->ntimes; i++)
		memcpy(file + variant->times_at[i], time, TIME_BYTES);
	if (variant->movie_at != 0) {
		takeout_patch_be(file + variant->movie_at, (uint64_t)(taken_s + MOVIE_EPOCH_S), 4);
		takeout_patch_be(file + variant->movie_at + 4, (uint64_t)(taken_s + MOVIE_EPOCH_S),
				 4);
	}
	if (body == TAKEOUT_PNG)
		takeout_mend_png(file, variant->length);
	return variant->length;
}
