/*
 * media_exif.c - EXIF structures for tests, by themselves and as TIFF files.
 */
#include "config.h"

#include "media_exif.h"

#include <string.h>

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

void media_add_number(struct fields *fields, unsigned tag, unsigned type, uint32_t number)
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

size_t media_put_directory(struct blob *blob, const struct fields *fields, bool big)
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

struct blob media_begin_tiff(bool big)
{
	struct blob blob = {0};

	blob_add(&blob, big ? "MM\0*" : "II*\0", 4);
	blob_zeros(&blob, 4);
	return blob;
}

struct fields media_exif_fields(const struct exif_recipe *recipe)
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
		media_add_number(&fields, 0xa002, LONG, recipe->width);
		media_add_number(&fields, 0xa003, SHORT, recipe->height);
	}
	return fields;
}

struct fields media_gps_fields(const struct exif_recipe *recipe, const uint32_t altitude[2])
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

struct fields media_page_fields(const struct exif_recipe *recipe)
{
	struct fields fields = {0};

	add_text(&fields, 0x010f, recipe->make);
	add_text(&fields, 0x0110, recipe->model);
	if (recipe->orientation != 0)
		media_add_number(&fields, 0x0112, SHORT, recipe->orientation);
	return fields;
}

static struct blob make_structure(const struct exif_recipe *recipe, bool file)
{
	const uint32_t altitude[2] = {recipe->altitude_dm, 10};
	bool big = recipe->big_endian;
	struct blob blob = media_begin_tiff(big);
	struct fields page = {0};
	struct fields rest = media_page_fields(recipe);
	struct fields part;

	if (file) {
		media_add_number(&page, 0x0100, LONG, MADE_WIDTH);
		media_add_number(&page, 0x0101, SHORT, MADE_HEIGHT);
	}
	memcpy(page.list + page.count, rest.list, rest.count * sizeof rest.list[0]);
	page.count += rest.count;
	part = media_exif_fields(recipe);
	if (part.count > 0)
		media_add_number(&page, 0x8769, LONG,
				 (uint32_t)media_put_directory(&blob, &part, big));
	if (recipe->place) {
		part = media_gps_fields(recipe, altitude);
		media_add_number(&page, 0x8825, LONG,
				 (uint32_t)media_put_directory(&blob, &part, big));
	}
	blob_set(&blob, 4, media_put_directory(&blob, &page, big), 4, big);
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
