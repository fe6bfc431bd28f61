/*
 * reduce.c - from a decoded picture to one that can be encoded.
 */
#include "config.h"

#include "image/reduce.h"

#include "image/alpha.h"
#include "image/orientation.h"

void reduce_plan(const struct image_geometry *source, const struct reduce_target *target,
		 struct image_geometry *result)
{
	bool swaps = orientation_swaps(source->orientation);
	enum image_format format = source->format == IMAGE_RGBA8 ? IMAGE_RGB8 : source->format;
	struct image_cell chroma = target->chroma;
	uint32_t width;
	uint32_t height;

	resize_fit(swaps ? source->full_height : source->full_width,
		   swaps ? source->full_width : source->full_height, target->max_width,
		   target->max_height, &width, &height);
	if (format == IMAGE_YCBCR8 && chroma.columns != 0 && chroma.rows != 0)
		image_geometry_init_ycbcr(result, width, height, chroma);
	else
		image_geometry_init(result, format, width, height);
}

/* Do both have exactly the same samples, with no partial ones at the edges of one of them? */
static bool same_samples(const struct image_geometry *a, const struct image_geometry *b)
{
	for (unsigned i = 0; i < a->nplanes; i++) {
		const struct image_plane *one = &a->plane[i];
		const struct image_plane *other = &b->plane[i];

		if (one->columns != other->columns || one->rows != other->rows ||
		    one->averaged != other->averaged || one->box.x != other->box.x ||
		    one->box.y != other->box.y || one->box.width != other->box.width ||
		    one->box.height != other->box.height)
			return false;
	}
	return true;
}

bool reduce_is_copy(const struct image_geometry *source, const struct image_geometry *result)
{
	return source->orientation == 1 && source->format == result->format &&
	       same_samples(source, result);
}

/* A picture in the resizer's scratch memory. */
static int place_scratch(struct resizer *resizer, const struct image_geometry *geometry,
			 struct image *image, struct err *err)
{
	void *scratch = resizer_scratch(resizer, geometry->bytes);

	if (scratch == NULL)
		return err_transient(err, "no memory to turn a picture: %llu bytes",
				     (unsigned long long)geometry->bytes);
	return image_place(geometry, scratch, geometry->bytes, image, err);
}

int reduce_run(struct resizer *resizer, struct image *source, struct image_colour background,
	       struct image *result, const struct codec_hooks *hooks, struct err *err)
{
	unsigned orientation = source->geometry.orientation;
	struct image_geometry before;
	struct image resized;

	orientation_before(&result->geometry, orientation, &before);
	if (source->geometry.format == IMAGE_RGBA8)
		alpha_flatten(source, background);
	resized = *source;
	if (!same_samples(&source->geometry, &before)) {
		if (orientation == 1) {
			if (resize_image(resizer, source, result, hooks, err) != 0)
				return -1;
			image_pad(result);
			return 0;
		}
		if (place_scratch(resizer, &before, &resized, err) != 0 ||
		    resize_image(resizer, source, &resized, hooks, err) != 0)
			return -1;
	}
	orientation_apply(&resized, orientation, result);
	image_pad(result);
	return 0;
}

int reduce_begin(struct resizer *resizer, const struct image_geometry *source, struct image *result,
		 struct image *resized, struct err *err)
{
	struct image_geometry before;

	*resized = *result;
	if (source->orientation != 1) {
		orientation_before(&result->geometry, source->orientation, &before);
		if (place_scratch(resizer, &before, resized, err) != 0)
			return -1;
	}
	return resize_begin(resizer, source, resized, err);
}

void reduce_end(const struct image_geometry *source, const struct image *resized,
		struct image *result)
{
	if (source->orientation != 1)
		orientation_apply(resized, source->orientation, result);
	image_pad(result);
}
