/*
 * image.c - a picture in memory that somebody else owns.
 */
#include "config.h"

#include "image/image.h"

#include <string.h>

static const unsigned format_planes[IMAGE_FORMATS] = {
	[IMAGE_GRAY8] = 1,
	[IMAGE_RGB8] = 3,
	[IMAGE_RGBA8] = 4,
	[IMAGE_YCBCR8] = 3,
};

unsigned image_format_planes(enum image_format format)
{
	return format_planes[format];
}

static uint64_t round_up(uint64_t value, uint64_t step)
{
	return (value + step - 1) / step * step;
}

void image_geometry_layout(struct image_geometry *geometry)
{
	uint64_t offset = 0;

	for (unsigned i = 0; i < geometry->nplanes; i++) {
		struct image_plane *plane = &geometry->plane[i];

		plane->stride = (uint32_t)round_up(plane->columns, IMAGE_ALIGNMENT);
		plane->room_rows = (uint32_t)round_up(plane->rows, IMAGE_ROW_PADDING);
		plane->offset = offset;
		offset += (uint64_t)plane->stride * plane->room_rows;
	}
	geometry->bytes = offset;
}

void image_geometry_init(struct image_geometry *geometry, enum image_format format, uint32_t width,
			 uint32_t height)
{
	*geometry = (struct image_geometry){
		.format = format,
		.nplanes = image_format_planes(format),
		.width = width,
		.height = height,
		.full_width = width,
		.full_height = height,
		.orientation = 1,
	};
	for (unsigned i = 0; i < geometry->nplanes; i++)
		geometry->plane[i] = (struct image_plane){
			.columns = width,
			.rows = height,
			.averaged = 1,
			.box = {.width = width, .height = height},
		};
	image_geometry_layout(geometry);
}

void image_geometry_init_ycbcr(struct image_geometry *geometry, uint32_t width, uint32_t height,
			       struct image_cell chroma)
{
	image_geometry_init(geometry, IMAGE_YCBCR8, width, height);
	for (unsigned i = 1; i < geometry->nplanes; i++)
		geometry->plane[i] = (struct image_plane){
			.columns = (width + chroma.columns - 1) / chroma.columns,
			.rows = (height + chroma.rows - 1) / chroma.rows,
			.averaged = 1,
			.box = {.width = (double)width / chroma.columns,
				.height = (double)height / chroma.rows},
		};
	image_geometry_layout(geometry);
}

/* Does start .. start + extent lie within 0 .. samples, and is there anything of it? False for NaN.
 */
static bool span_is_sane(double start, double extent, uint32_t samples)
{
	return start >= 0 && extent > 0 && start + extent <= samples;
}

static bool plane_is_sane(const struct image_geometry *geometry, unsigned index, size_t room)
{
	const struct image_plane *plane = &geometry->plane[index];
	bool chroma = geometry->format == IMAGE_YCBCR8 && index > 0;
	uint64_t size = (uint64_t)plane->stride * plane->room_rows;

	if (plane->columns == 0 || plane->columns > IMAGE_SIDE_MAX || plane->rows == 0 ||
	    plane->rows > IMAGE_SIDE_MAX)
		return false;
	if (plane->averaged < 1 || plane->averaged > IMAGE_AVERAGED_MAX)
		return false;
	if (!chroma && (plane->columns != geometry->width || plane->rows != geometry->height))
		return false;
	if (plane->offset % IMAGE_ALIGNMENT != 0 || plane->stride % IMAGE_ALIGNMENT != 0)
		return false;
	if (plane->stride < plane->columns || plane->room_rows < plane->rows)
		return false;
	if (plane->offset > room || size > room - plane->offset)
		return false;
	return span_is_sane(plane->box.x, plane->box.width, plane->columns) &&
	       span_is_sane(plane->box.y, plane->box.height, plane->rows);
}

static bool side_is_sane(uint32_t side)
{
	return side >= 1 && side <= IMAGE_SIDE_MAX;
}

bool image_header_is_sane(const struct image_geometry *geometry)
{
	return geometry->format < IMAGE_FORMATS &&
	       geometry->nplanes == image_format_planes(geometry->format) &&
	       side_is_sane(geometry->width) && side_is_sane(geometry->height) &&
	       side_is_sane(geometry->full_width) && side_is_sane(geometry->full_height) &&
	       geometry->orientation >= 1 && geometry->orientation <= 8;
}

int image_place(const struct image_geometry *geometry, void *base, size_t room, struct image *image,
		struct err *err)
{
	/* Looked at once: the original may lie where another process writes. */
	const struct image_geometry own = *geometry;

	if ((uintptr_t)base % IMAGE_ALIGNMENT != 0)
		return err_permanent(err, "the memory for a picture is not aligned to %d bytes",
				     IMAGE_ALIGNMENT);
	if (!image_header_is_sane(&own))
		return err_permanent(err, "the record of a picture in memory is damaged");
	for (unsigned i = 0; i < own.nplanes; i++)
		if (!plane_is_sane(&own, i, room))
			return err_permanent(err,
					     "the record of a picture in memory is damaged: "
					     "plane %u does not lie in its %zu bytes",
					     i, room);
	*image = (struct image){.geometry = own};
	for (unsigned i = 0; i < own.nplanes; i++)
		image->data[i] = (unsigned char *)base + own.plane[i].offset;
	return 0;
}

void image_pad(struct image *image)
{
	for (unsigned i = 0; i < image->geometry.nplanes; i++) {
		const struct image_plane *plane = &image->geometry.plane[i];
		const unsigned char *last = image_row(image, i, plane->rows - 1);

		for (uint32_t y = 0; y < plane->rows; y++) {
			unsigned char *row = image_row(image, i, y);

			memset(row + plane->columns, row[plane->columns - 1],
			       plane->stride - plane->columns);
		}
		for (uint32_t y = plane->rows; y < plane->room_rows; y++)
			memcpy(image_row(image, i, y), last, plane->stride);
	}
}

static bool same_plane(const struct image_plane *a, const struct image_plane *b)
{
	return a->offset == b->offset && a->stride == b->stride && a->columns == b->columns &&
	       a->rows == b->rows && a->room_rows == b->room_rows && a->averaged == b->averaged &&
	       a->box.x == b->box.x && a->box.y == b->box.y && a->box.width == b->box.width &&
	       a->box.height == b->box.height;
}

bool image_geometry_equals(const struct image_geometry *a, const struct image_geometry *b)
{
	if (a->format != b->format || a->nplanes != b->nplanes || a->width != b->width ||
	    a->height != b->height || a->full_width != b->full_width ||
	    a->full_height != b->full_height || a->orientation != b->orientation ||
	    a->bytes != b->bytes || a->nplanes > IMAGE_PLANES)
		return false;
	for (unsigned i = 0; i < a->nplanes; i++) {
		if (!same_plane(&a->plane[i], &b->plane[i]))
			return false;
	}
	return true;
}
