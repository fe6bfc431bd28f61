/*
 * media_boxes.c - ISO media files for tests: movies, CR3 and HEIC.
 */
#include "config.h"

#include "media_files.h"

#include "media_exif.h"

/* Begin a box; returns where, for end_box. */
static size_t begin_box(struct blob *blob, const char *name)
{
	blob_zeros(blob, 4);
	blob_text(blob, name);
	return blob->length - 8;
}

static void end_box(struct blob *blob, size_t at)
{
	blob_set(blob, at, blob->length - at, 4, true);
}

static size_t begin_full_box(struct blob *blob, const char *name, unsigned version, unsigned flags)
{
	size_t at = begin_box(blob, name);

	blob_number(blob, version << 24 | flags, 4, true);
	return at;
}

static void put_type(struct blob *blob, const char *major, const char *compatible)
{
	size_t at = begin_box(blob, "ftyp");

	blob_text(blob, major);
	blob_zeros(blob, 4);
	blob_text(blob, compatible);
	end_box(blob, at);
}

static void put_track(struct blob *blob, unsigned degrees, unsigned width, unsigned height)
{
	static const uint32_t turns[4][4] = {{1, 0, 0, 1},
					     {0, 1, UINT32_MAX, 0},
					     {UINT32_MAX, 0, 0, UINT32_MAX},
					     {0, UINT32_MAX, 1, 0}};
	const uint32_t *turn = turns[degrees / 90];
	size_t track = begin_box(blob, "trak");
	size_t at = begin_full_box(blob, "tkhd", 0, 3);

	blob_zeros(blob, 36);
	blob_number(blob, (uint32_t)(turn[0] * 65536), 4, true);
	blob_number(blob, (uint32_t)(turn[1] * 65536), 4, true);
	blob_zeros(blob, 4);
	blob_number(blob, (uint32_t)(turn[2] * 65536), 4, true);
	blob_number(blob, (uint32_t)(turn[3] * 65536), 4, true);
	blob_zeros(blob, 12);
	blob_number(blob, 0x40000000, 4, true);
	blob_number(blob, (uint64_t)width << 16, 4, true);
	blob_number(blob, (uint64_t)height << 16, 4, true);
	end_box(blob, at);
	end_box(blob, track);
}

struct blob make_movie_file(const char *brand, uint64_t since_1904_s, unsigned degrees,
			    bool long_form)
{
	struct blob blob = {0};
	size_t movie;
	size_t at;

	put_type(&blob, brand, "isommp42");
	if (long_form) {
		blob_number(&blob, 1, 4, true);
		blob_text(&blob, "mdat");
		blob_number(&blob, 16 + 200, 8, true);
		blob_zeros(&blob, 200);
	} else {
		at = begin_box(&blob, "mdat");
		blob_zeros(&blob, 200);
		end_box(&blob, at);
	}
	movie = begin_box(&blob, "moov");
	at = begin_full_box(&blob, "mvhd", long_form, 0);
	blob_number(&blob, since_1904_s, long_form ? 8 : 4, true);
	blob_zeros(&blob, 96);
	end_box(&blob, at);
	put_track(&blob, 0, 0, 0); /* sound */
	put_track(&blob, degrees, MADE_WIDTH, MADE_HEIGHT);
	end_box(&blob, movie);
	return blob;
}

static void put_part(struct blob *blob, const char *name, const struct fields *fields, bool big)
{
	struct blob part = media_begin_tiff(big);
	size_t at = begin_box(blob, name);

	blob_set(&part, 4, media_put_directory(&part, fields, big), 4, big);
	blob_add(blob, part.bytes, part.length);
	end_box(blob, at);
	blob_free(&part);
}

struct blob make_cr3_file(const struct exif_recipe *recipe)
{
	const uint32_t altitude[2] = {recipe->altitude_dm, 10};
	struct fields page = media_page_fields(recipe);
	struct fields exif = media_exif_fields(recipe);
	struct fields gps = media_gps_fields(recipe, altitude);
	struct blob blob = {0};
	size_t movie;
	size_t at;

	media_add_number(&page, 0x0100, LONG, MADE_WIDTH);
	media_add_number(&page, 0x0101, LONG, MADE_HEIGHT);
	put_type(&blob, "crx ", "crx isom");
	movie = begin_box(&blob, "moov");
	at = begin_box(&blob, "uuid");
	blob_add(&blob, "\x85\xc0\xb6\x87\x82\x0f\x11\xe0\x81\x11\xf4\xce\x46\x2b\x6a\x48", 16);
	put_part(&blob, "CMT1", &page, recipe->big_endian);
	put_part(&blob, "CMT2", &exif, recipe->big_endian);
	put_part(&blob, "CMT4", &gps, recipe->big_endian);
	end_box(&blob, at);
	put_track(&blob, 0, 1620, 1080);
	end_box(&blob, movie);
	return blob;
}

static void put_item(struct blob *blob, unsigned id, const char *type)
{
	size_t at = begin_full_box(blob, "infe", 2, 0);

	blob_number(blob, id, 2, true);
	blob_zeros(blob, 2);
	blob_text(blob, type);
	blob_zeros(blob, 1);
	end_box(blob, at);
}

/* Item 1 is the picture (whose data nobody decodes), item 2 its EXIF. Offsets follow later. */
static size_t put_locations(struct blob *blob, const size_t lengths[2])
{
	size_t at = begin_full_box(blob, "iloc", 0, 0);
	size_t offsets;

	blob_number(blob, 0x4400, 2, true);
	blob_number(blob, 2, 2, true);
	offsets = blob->length + 6;
	for (unsigned i = 0; i < 2; i++) {
		blob_number(blob, i + 1, 2, true);
		blob_zeros(blob, 2);
		blob_number(blob, 1, 2, true);
		blob_zeros(blob, 4);
		blob_number(blob, lengths[i], 4, true);
	}
	end_box(blob, at);
	return offsets;
}

static void put_properties(struct blob *blob)
{
	size_t outer = begin_box(blob, "iprp");
	size_t list = begin_box(blob, "ipco");
	size_t at = begin_full_box(blob, "ispe", 0, 0);

	blob_number(blob, MADE_WIDTH, 4, true);
	blob_number(blob, MADE_HEIGHT, 4, true);
	end_box(blob, at);
	at = begin_box(blob, "hvcC");
	blob_number(blob, 1, 1, true);
	blob_zeros(blob, 22);
	end_box(blob, at);
	end_box(blob, list);
	at = begin_full_box(blob, "ipma", 0, 0);
	blob_number(blob, 1, 4, true);
	blob_number(blob, 1, 2, true);
	blob_add(blob, "\2\1\x82", 3);
	end_box(blob, at);
	end_box(blob, outer);
}

struct blob make_heic_file(const struct blob *exif)
{
	const size_t lengths[2] = {40, exif->length + 10};
	struct blob blob = {0};
	size_t offsets;
	size_t meta;
	size_t at;

	put_type(&blob, "heic", "mif1heic");
	meta = begin_full_box(&blob, "meta", 0, 0);
	at = begin_full_box(&blob, "hdlr", 0, 0);
	blob_add(&blob, "\0\0\0\0pict\0\0\0\0\0\0\0\0\0\0\0\0", 21);
	end_box(&blob, at);
	at = begin_full_box(&blob, "pitm", 0, 0);
	blob_number(&blob, 1, 2, true);
	end_box(&blob, at);
	offsets = put_locations(&blob, lengths);
	at = begin_full_box(&blob, "iinf", 0, 0);
	blob_number(&blob, 2, 2, true);
	put_item(&blob, 1, "hvc1");
	put_item(&blob, 2, "Exif");
	end_box(&blob, at);
	at = begin_full_box(&blob, "iref", 0, 0);
	blob_add(&blob,
		 "\0\0\0\x0e"
		 "cdsc\0\2\0\1\0\1",
		 14);
	end_box(&blob, at);
	put_properties(&blob);
	end_box(&blob, meta);
	at = begin_box(&blob, "mdat");
	blob_set(&blob, offsets, blob.length, 4, true);
	blob_zeros(&blob, lengths[0]);
	blob_set(&blob, offsets + 14, blob.length, 4, true);
	blob_add(&blob,
		 "\0\0\0\6"
		 "Exif\0",
		 10);
	blob_add(&blob, exif->bytes, exif->length);
	end_box(&blob, at);
	return blob;
}
