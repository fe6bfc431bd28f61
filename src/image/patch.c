/*
 * patch.c - cut a rectangle out of a picture, change its colour, paste it back.
 */
#include "config.h"

#include "image/patch.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

static const double BLUE_OF_CB = 1.772;
static const double RED_OF_CR = 1.402;
static const double WEIGHT_OF_RED = 0.299;
static const double WEIGHT_OF_BLUE = 0.114;

enum { MID_GREY = 128 };

/* Read decimal digits and the character after them. */
static bool read_number(const char **text, char terminator, uint32_t *number)
{
	char *end;
	unsigned long value;

	if (**text < '0' || **text > '9')
		return false;
	errno = 0;
	value = strtoul(*text, &end, 10);
	if (errno != 0 || value > INT32_MAX || *end != terminator)
		return false;
	*number = (uint32_t)value;
	*text = terminator != '\0' ? end + 1 : end;
	return true;
}

int patch_parse(const char *text, struct patch *patch, struct err *err)
{
	const char *rest = text;

	*patch = (struct patch){.colour = PATCH_SWAP_RED_BLUE};
	if (strcmp(text, "centre") == 0 || strcmp(text, "center") == 0) {
		patch->centre = true;
		return 0;
	}
	if (read_number(&rest, ',', &patch->x) && read_number(&rest, ',', &patch->y) &&
	    read_number(&rest, 'x', &patch->width) && read_number(&rest, '\0', &patch->height) &&
	    patch->width > 0 && patch->height > 0)
		return 0;
	return err_permanent(err,
			     "\"%s\" is no rectangle: give X,Y,WxH in pixels of the output "
			     "(as in 10,20,300x200), or centre",
			     text);
}

/* The part of start .. start + extent that lies in 0 .. side. */
static uint32_t clip(uint32_t start, uint32_t extent, uint32_t side)
{
	if (start >= side)
		return 0;
	return extent < side - start ? extent : side - start;
}

static struct patch clip_patch(const struct patch *patch, const struct image_geometry *geometry)
{
	struct patch clipped = *patch;

	if (patch->centre) {
		clipped.width = geometry->width < 4 ? 1 : geometry->width / 4;
		clipped.height = geometry->height < 4 ? 1 : geometry->height / 4;
		clipped.x = (geometry->width - clipped.width) / 2;
		clipped.y = (geometry->height - clipped.height) / 2;
	}
	clipped.width = clip(clipped.x, clipped.width, geometry->width);
	clipped.height = clip(clipped.y, clipped.height, geometry->height);
	return clipped;
}

static void swap_rgb(const struct patch *clipped, struct image *image)
{
	for (uint32_t y = clipped->y; y < clipped->y + clipped->height; y++) {
		unsigned char *red = image_row(image, 0, y);
		unsigned char *blue = image_row(image, 2, y);

		for (uint32_t x = clipped->x; x < clipped->x + clipped->width; x++) {
			unsigned char kept = red[x];

			red[x] = blue[x];
			blue[x] = kept;
		}
	}
}

static unsigned char to_sample(double value)
{
	return (unsigned char)(value <= 0 ? 0 : value >= 255 ? 255 : value + 0.5);
}

/* Which cells of a side a rectangle touches, and how much of each it covers. */
struct cells {
	uint32_t first;
	uint32_t end;
	uint32_t cell; /* pixels */
	uint32_t start;
	uint32_t extent;
	uint32_t side; /* of the picture: the last cell may reach beyond it */
};

/* Cells are one or two pixels long: their number gives their length. */
static struct cells find_cells(uint32_t start, uint32_t extent, uint32_t side, uint32_t samples)
{
	uint32_t cell = (side + samples - 1) / samples;

	return (struct cells){
		.first = start / cell,
		.end = (start + extent + cell - 1) / cell,
		.cell = cell,
		.start = start,
		.extent = extent,
		.side = side,
	};
}

/* The pixels of a cell that lie in the rectangle: from..end. Returns their share of the cell's
 * pixels in the picture. */
static double covered(const struct cells *cells, uint32_t index, uint32_t *from, uint32_t *end)
{
	uint32_t first = index * cells->cell;
	uint32_t last = first + cells->cell < cells->side ? first + cells->cell : cells->side;

	*from = first > cells->start ? first : cells->start;
	*end = last < cells->start + cells->extent ? last : cells->start + cells->extent;
	return (double)(*end - *from) / (last - first);
}

/*
 * What swapping R and B does to Y, Cb and Cr, from the equations of JFIF 1.02: the difference of
 * old and new R goes into Y with the weight of R, that of B with the weight of B; B - Y and R - Y
 * give Cb and Cr. Colours beyond those of RGB are not clipped on the way. Where the rectangle
 * covers a cell in part, its chroma is the mean over its pixels.
 */
static void swap_cell(struct image *image, const struct cells *across, const struct cells *down,
		      uint32_t column, uint32_t row)
{
	unsigned char *blueness = image_row(image, 1, row) + column;
	unsigned char *redness = image_row(image, 2, row) + column;
	double blue = BLUE_OF_CB * (*blueness - MID_GREY); /* B - Y */
	double red = RED_OF_CR * (*redness - MID_GREY);	   /* R - Y */
	double brighter = (WEIGHT_OF_RED - WEIGHT_OF_BLUE) * (blue - red);
	double cb = (red - brighter) / BLUE_OF_CB + MID_GREY;
	double cr = (blue - brighter) / RED_OF_CR + MID_GREY;
	uint32_t left, right, top, bottom;
	double share = covered(across, column, &left, &right) * covered(down, row, &top, &bottom);

	for (uint32_t y = top; y < bottom; y++) {
		unsigned char *luma = image_row(image, 0, y);

		for (uint32_t x = left; x < right; x++)
			luma[x] = to_sample(luma[x] + brighter);
	}
	*blueness = to_sample(*blueness + share * (cb - *blueness));
	*redness = to_sample(*redness + share * (cr - *redness));
}

static void swap_ycbcr(const struct patch *clipped, struct image *image)
{
	const struct image_geometry *geometry = &image->geometry;
	const struct image_plane *chroma = &geometry->plane[1];
	struct cells across =
		find_cells(clipped->x, clipped->width, geometry->width, chroma->columns);
	struct cells down = find_cells(clipped->y, clipped->height, geometry->height, chroma->rows);

	for (uint32_t row = down.first; row < down.end; row++)
		for (uint32_t column = across.first; column < across.end; column++)
			swap_cell(image, &across, &down, column, row);
}

bool patch_apply(const struct patch *patch, struct image *image)
{
	struct patch clipped = clip_patch(patch, &image->geometry);

	if (clipped.width == 0 || clipped.height == 0)
		return false;
	switch (image->geometry.format) {
	case IMAGE_RGB8:
		swap_rgb(&clipped, image);
		break;
	case IMAGE_YCBCR8:
		swap_ycbcr(&clipped, image);
		break;
	default:
		/* A grey picture is its own image under an exchange of two colours. */
		assert(image->geometry.format == IMAGE_GRAY8);
		return true;
	}
	image_pad(image);
	return true;
}
