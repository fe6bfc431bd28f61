/*
 * patch.c - cut a rectangle out of a picture, change its colour, paste it back.
 */
#include "config.h"

#include "image/patch.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

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

bool patch_apply(const struct patch *patch, struct image *image)
{
	struct patch clipped = clip_patch(patch, &image->geometry);

	if (clipped.width == 0 || clipped.height == 0)
		return false;
	/* A grey picture is its own image under an exchange of two colours. */
	if (image->geometry.format == IMAGE_GRAY8)
		return true;
	assert(image->geometry.format == IMAGE_RGB8);
	for (uint32_t y = clipped.y; y < clipped.y + clipped.height; y++) {
		unsigned char *red = image_row(image, 0, y);
		unsigned char *blue = image_row(image, 2, y);

		for (uint32_t x = clipped.x; x < clipped.x + clipped.width; x++) {
			unsigned char kept = red[x];

			red[x] = blue[x];
			blue[x] = kept;
		}
	}
	return true;
}
