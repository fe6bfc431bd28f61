/*
 * media_files.c - media files for tests, made on the spot.
 */
#include "config.h"

#include "media_files.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

enum { ASCII = 2, SHORT = 3, LONG = 4, RATIONAL = 5, UNDEFINED = 7, BYTE = 1, MOST_FIELDS = 16 };

const struct exif_recipe full_recipe = {
	.make = "Lumora",
	.model = "Lumora X3",
	.taken = "2021:07:04 12:30:05",
	.offset = "+05:30",
	.subsec = "083",
	.orientation = 6,
	.width = 4000,
	.height = 3000,
	.latitude_ref = "S",
	.longitude_ref = "W",
	.latitude = {33, 1, 51, 1, 3141, 100},
	.longitude = {70, 1, 40, 1, 0, 1},
	.place = true,
	.altitude = true,
	.altitude_dm = 5203,
	.maker_note_bytes = 100,
};

void blob_add(struct blob *blob, const void *bytes, size_t length)
{
	blob->bytes = mem_realloc(blob->bytes, blob->length + length + 1, 1);
	if (length > 0)
		memcpy(blob->bytes + blob->length, bytes, length);
	blob->length += length;
}

void blob_text(struct blob *blob, const char *text)
{
	blob_add(blob, text, strlen(text));
}

void blob_zeros(struct blob *blob, size_t count)
{
	void *zeros = mem_calloc(count + 1, 1);

	blob_add(blob, zeros, count);
	free(zeros);
}

void blob_set(struct blob *blob, size_t at, uint64_t value, unsigned bytes, bool big_endian)
{
	for (unsigned i = 0; i < bytes; i++)
		blob->bytes[at + (big_endian ? bytes - 1 - i : i)] =
			(unsigned char)(value >> 8 * i);
}

void blob_number(struct blob *blob, uint64_t value, unsigned bytes, bool big_endian)
{
	blob_zeros(blob, bytes);
	blob_set(blob, blob->length - bytes, value, bytes, big_endian);
}

void blob_free(struct blob *blob)
{
	free(blob->bytes);
	*blob = (struct blob){0};
}

/* ---- TIFF structures ------------------------------------------------------------------------- */

struct field {
	unsigned tag;
	unsigned type;
	uint32_t count;
	const char *text;	/* ASCII, UNDEFINED, BYTE; NULL = zeros */
	const uint32_t *ratios; /* two numbers each */
	uint32_t number;
};

struct fields {
	struct field list[MOST_FIELDS];
	unsigned count;
};

static void add_number(struct fields *fields, unsigned tag, unsigned type, uint32_t number)
{
	fields->list[fields->count++] =
		(struct field){.tag = tag, .type = type, .count = 1, .number = number};
}

static void add_text(struct fields *fields, unsigned tag, const char *text)
{
	if (text != NULL)
		fields->list[fields->count++] = (struct field){.tag = tag,
							       .type = ASCII,
							       .count = (uint32_t)strlen(text) + 1,
							       .text = text};
}

static void add_ratios(struct fields *fields, unsigned tag, const uint32_t *ratios, uint32_t count)
{
	fields->list[fields->count++] =
		(struct field){.tag = tag, .type = RATIONAL, .count = count, .ratios = ratios};
}

static size_t field_bytes(const struct field *field)
{
	static const unsigned sizes[] = {0, 1, 1, 2, 4, 8, 1, 1};

	return (size_t)sizes[field->type] * field->count;
}

static void put_value(struct blob *blob, const struct field *field, bool big)
{
	if (field->ratios != NULL)
		for (uint32_t i = 0; i < 2 * field->count; i++)
			blob_number(blob, field->ratios[i], 4, big);
	else if (field->text != NULL)
		blob_add(blob, field->text, field->count);
	else if (field->type == SHORT || field->type == LONG)
		blob_number(blob, field->number, field->type == SHORT ? 2 : 4, big);
	else
		blob_zeros(blob, field->count);
}

/* Values first, the directory behind them: whoever reads it has to go back. Returns its offset. */
static size_t put_directory(struct blob *blob, const struct fields *fields, bool big)
{
	size_t values[MOST_FIELDS] = {0};
	size_t at;

	for (unsigned i = 0; i < fields->count; i++) {
		values[i] = blob->length;
		if (field_bytes(&fields->list[i]) > 4)
			put_value(blob, &fields->list[i], big);
		blob_zeros(blob, blob->length % 2);
	}
	at = blob->length;
	blob_number(blob, fields->count, 2, big);
	for (unsigned i = 0; i < fields->count; i++) {
		const struct field *field = &fields->list[i];

		blob_number(blob, field->tag, 2, big);
		blob_number(blob, field->type, 2, big);
		blob_number(blob, field->count, 4, big);
		if (field_bytes(field) > 4) {
			blob_number(blob, values[i], 4, big);
		} else {
			put_value(blob, field, big);
			blob_zeros(blob, 4 - field_bytes(field));
		}
	}
	blob_zeros(blob, 4);
	return at;
}

static struct blob begin_tiff(bool big)
{
	struct blob blob = {0};

	blob_add(&blob, big ? "MM\0*" : "II*\0", 4);
	blob_zeros(&blob, 4);
	return blob;
}

static struct fields exif_fields(const struct exif_recipe *recipe)
{
	struct fields fields = {0};

	add_text(&fields, 0x9003, recipe->taken);
	add_text(&fields, 0x9011, recipe->offset);
	if (recipe->maker_note_bytes > 0)
		fields.list[fields.count++] =
			(struct field){.tag = 0x927c,
				       .type = UNDEFINED,
				       .count = (uint32_t)recipe->maker_note_bytes};
	add_text(&fields, 0x9291, recipe->subsec);
	if (recipe->width > 0) {
		add_number(&fields, 0xa002, LONG, recipe->width);
		add_number(&fields, 0xa003, SHORT, recipe->height);
	}
	return fields;
}

static struct fields gps_fields(const struct exif_recipe *recipe, const uint32_t altitude[2])
{
	struct fields fields = {0};

	add_text(&fields, 1, recipe->latitude_ref);
	add_ratios(&fields, 2, recipe->latitude, 3);
	add_text(&fields, 3, recipe->longitude_ref);
	add_ratios(&fields, 4, recipe->longitude, 3);
	if (recipe->altitude) {
		fields.list[fields.count++] =
			(struct field){.tag = 5,
				       .type = BYTE,
				       .count = 1,
				       .text = recipe->altitude_ref == 1 ? "\1" : "\0"};
		add_ratios(&fields, 6, altitude, 1);
	}
	return fields;
}

static struct fields page_fields(const struct exif_recipe *recipe)
{
	struct fields fields = {0};

	add_text(&fields, 0x010f, recipe->make);
	add_text(&fields, 0x0110, recipe->model);
	if (recipe->orientation != 0)
		add_number(&fields, 0x0112, SHORT, recipe->orientation);
	return fields;
}

static struct blob make_structure(const struct exif_recipe *recipe, bool file)
{
	const uint32_t altitude[2] = {recipe->altitude_dm, 10};
	bool big = recipe->big_endian;
	struct blob blob = begin_tiff(big);
	struct fields page = {0};
	struct fields rest = page_fields(recipe);
	struct fields part;

	if (file) {
		add_number(&page, 0x0100, LONG, MADE_WIDTH);
		add_number(&page, 0x0101, SHORT, MADE_HEIGHT);
	}
	memcpy(page.list + page.count, rest.list, rest.count * sizeof rest.list[0]);
	page.count += rest.count;
	part = exif_fields(recipe);
	if (part.count > 0)
		add_number(&page, 0x8769, LONG, (uint32_t)put_directory(&blob, &part, big));
	if (recipe->place) {
		part = gps_fields(recipe, altitude);
		add_number(&page, 0x8825, LONG, (uint32_t)put_directory(&blob, &part, big));
	}
	blob_set(&blob, 4, put_directory(&blob, &page, big), 4, big);
	return blob;
}

struct blob make_exif_block(const struct exif_recipe *recipe)
{
	return make_structure(recipe, false);
}

struct blob make_tiff_file(const struct exif_recipe *recipe)
{
	return make_structure(recipe, true);
}

/* ---- pictures -------------------------------------------------------------------------------- */

static void put_segment(struct blob *blob, unsigned marker, const void *bytes, size_t length)
{
	blob_number(blob, 0xff00 | marker, 2, true);
	blob_number(blob, length + 2, 2, true);
	if (bytes != NULL)
		blob_add(blob, bytes, length);
	else
		blob_zeros(blob, length);
}

struct blob make_jpeg_file(const struct blob *exif, size_t bytes_before)
{
	static const unsigned char frame[] = {8, 0, MADE_HEIGHT, 0, MADE_WIDTH, 1, 1, 0x11, 0};
	static const unsigned char scan[] = {1, 1, 0, 0, 63, 0};
	struct blob blob = {0};
	struct blob body = {0};

	blob_add(&blob, "\xff\xd8", 2);
	while (bytes_before > 0) {
		size_t piece = bytes_before < 65000 ? bytes_before : 65000;

		/* The same marker as EXIF has, but another kind. */
		put_segment(&blob, 0xe1, NULL, piece);
		bytes_before -= piece;
	}
	if (exif != NULL) {
		blob_add(&body, "Exif\0", 6);
		blob_add(&body, exif->bytes, exif->length);
		put_segment(&blob, 0xe1, body.bytes, body.length);
		blob_free(&body);
	}
	put_segment(&blob, 0xdb, NULL, 65);
	blob_add(&blob, "\xff\xff", 2); /* fill bytes before a marker are legal */
	put_segment(&blob, 0xc0, frame, sizeof frame);
	put_segment(&blob, 0xda, scan, sizeof scan);
	blob_zeros(&blob, 20);
	blob_add(&blob, "\xff\xd9", 2);
	return blob;
}

/* The CRC of chunks is left 0: nobody here looks at it. */
static void put_chunk(struct blob *blob, const char *name, const void *bytes, size_t length)
{
	blob_number(blob, length, 4, true);
	blob_text(blob, name);
	blob_add(blob, bytes, length);
	blob_zeros(blob, 4);
}

struct blob make_png_file(const struct blob *exif, bool late)
{
	static const unsigned char header[] = {0,	    0, 0, MADE_WIDTH, 0, 0, 0,
					       MADE_HEIGHT, 8, 2, 0,	      0, 0};
	static const unsigned char data[50] = {0};
	struct blob blob = {0};

	blob_add(&blob, "\x89PNG\r\n\x1a\n", 8);
	put_chunk(&blob, "IHDR", header, sizeof header);
	if (exif != NULL && !late)
		put_chunk(&blob, "eXIf", exif->bytes, exif->length);
	for (unsigned i = 0; i < 3; i++)
		put_chunk(&blob, "IDAT", data, sizeof data);
	if (exif != NULL && late)
		put_chunk(&blob, "eXIf", exif->bytes, exif->length);
	put_chunk(&blob, "IEND", "", 0);
	return blob;
}

struct blob make_webp_file(const struct blob *exif)
{
	static const unsigned char extended[] = {8, 0, 0, 0, MADE_WIDTH - 1, 0, 0, MADE_HEIGHT - 1,
						 0, 0};
	static const unsigned char picture[] = {0,	    0, 0,	    0x9d, 0x01, 0x2a,
						MADE_WIDTH, 0, MADE_HEIGHT, 0,	  7};
	struct blob blob = {0};

	blob_add(&blob, "RIFF\0\0\0\0WEBP", 12);
	if (exif != NULL) {
		blob_text(&blob, "VP8X");
		blob_number(&blob, sizeof extended, 4, false);
		blob_add(&blob, extended, sizeof extended);
	}
	blob_text(&blob, "VP8 ");
	blob_number(&blob, sizeof picture, 4, false);
	blob_add(&blob, picture, sizeof picture);
	blob_zeros(&blob, sizeof picture % 2);
	if (exif != NULL) {
		blob_text(&blob, "EXIF");
		blob_number(&blob, exif->length, 4, false);
		blob_add(&blob, exif->bytes, exif->length);
	}
	blob_set(&blob, 4, blob.length - 8, 4, false);
	return blob;
}

struct blob make_raf_file(const struct blob *exif)
{
	struct blob jpeg = make_jpeg_file(exif, 0);
	struct blob blob = {0};

	blob_text(&blob, "FUJIFILMCCD-RAW 0201FF393107");
	blob_zeros(&blob, 160 - blob.length);
	blob_set(&blob, 84, 160, 4, true);
	blob_set(&blob, 88, jpeg.length, 4, true);
	blob_add(&blob, jpeg.bytes, jpeg.length);
	blob_zeros(&blob, 100);
	blob_free(&jpeg);
	return blob;
}

/* ---- ISO media files ------------------------------------------------------------------------- */

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
	struct blob part = begin_tiff(big);
	size_t at = begin_box(blob, name);

	blob_set(&part, 4, put_directory(&part, fields, big), 4, big);
	blob_add(blob, part.bytes, part.length);
	end_box(blob, at);
	blob_free(&part);
}

struct blob make_cr3_file(const struct exif_recipe *recipe)
{
	const uint32_t altitude[2] = {recipe->altitude_dm, 10};
	struct fields page = page_fields(recipe);
	struct fields exif = exif_fields(recipe);
	struct fields gps = gps_fields(recipe, altitude);
	struct blob blob = {0};
	size_t movie;
	size_t at;

	add_number(&page, 0x0100, LONG, MADE_WIDTH);
	add_number(&page, 0x0101, LONG, MADE_HEIGHT);
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
