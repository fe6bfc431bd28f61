/*
 * reduce.c - from a decoded picture to one that can be encoded.
 */
#include "config.h"

#include "image/reduce.h"

#include "image/alpha.h"
#include "image/orientation.h"

void reduce_plan(const struct image_geometry *source, uint32_t max_width, uint32_t max_height,
		 struct image_geometry *result)
{
	bool swaps = orientation_swaps(source->orientation);
	enum image_format format = source->format == IMAGE_RGBA8 ? IMAGE_RGB8 : source->format;
	uint32_t width;
	uint32_t height;

	resize_fit(swaps ? source->full_height : source->full_width,
		   swaps ? source->full_width : source->full_height, max_width, max_height, &width,
		   &height);
	image_geometry_init(result, format, width, height);
}

/* Do the source's planes have exactly these samples, with no partial ones at the edges? */
static bool same_size(const struct image_geometry *source, uint32_t width, uint32_t height)
{
	const struct image_plane *plane = &source->plane[0];

	return plane->columns == width && plane->rows == height && plane->box.x == 0 &&
	       plane->box.y == 0 && plane->box.width == width && plane->box.height == height;
}

bool reduce_is_copy(const struct image_geometry *source, const struct image_geometry *result)
{
	return source->orientation == 1 && source->format == result->format &&
	       same_size(source, result->width, result->height);
}

int reduce_run(struct resizer *resizer, struct image *source, struct image_colour background,
	       struct image *result, const struct codec_hooks *hooks, struct err *err)
{
	unsigned orientation = source->geometry.orientation;
	bool swaps = orientation_swaps(orientation);
	bool alpha = source->geometry.format == IMAGE_RGBA8;
	uint32_t width = swaps ? result->geometry.height : result->geometry.width;
	uint32_t height = swaps ? result->geometry.width : result->geometry.height;
	struct image_geometry geometry;
	struct image resized = *source;
	void *scratch;

	if (alpha)
		alpha_premultiply(source);
	if (!same_size(&source->geometry, width, height)) {
		if (orientation == 1 && !alpha) {
			if (resize_image(resizer, source, result, hooks, err) != 0)
				return -1;
			image_pad(result);
			return 0;
		}
		image_geometry_init(&geometry, source->geometry.format, width, height);
		scratch = resizer_scratch(resizer, geometry.bytes);
		if (scratch == NULL)
			return err_transient(err, "no memory to turn a picture: %llu bytes",
					     (unsigned long long)geometry.bytes);
		if (image_place(&geometry, scratch, geometry.bytes, &resized, err) != 0 ||
		    resize_image(resizer, source, &resized, hooks, err) != 0)
			return -1;
	}
	if (alpha)
		alpha_flatten(&resized, background);
	orientation_apply(&resized, orientation, result);
	image_pad(result);
	return 0;
}
