/*
 * resize.c - a picture at another size, plane by plane.
 *
 * What a plane's rows are made of is decided in resize_begin; the rows themselves are made as soon
 * as their source rows are there, by the same code whether those come bit by bit or are all there.
 */
#include "config.h"

#include "image/resize.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "image/codec_internal.h"
#include "image/resample.h"

enum {
	AXES = 16,	       /* luma and chroma of a picture and its thumb have eight */
	KEPT_BYTES = 16 << 20, /* scratch memory above this is not kept for the next picture */
	POLL_EVERY = 64,       /* source rows */
};

static const enum resample_kernel kernels[] = {
	[RESIZE_LANCZOS3] = RESAMPLE_LANCZOS3,
	[RESIZE_BICUBIC] = RESAMPLE_BICUBIC,
	[RESIZE_BILINEAR] = RESAMPLE_BILINEAR,
	[RESIZE_SPLINE36] = RESAMPLE_SPLINE36,
};

const char *const resize_filter_names[] = {"lanczos3", "bicubic", "bilinear", "spline36", NULL};

struct kept_axis {
	struct resample_axis axis; /* of no samples: free */
	uint64_t used;		   /* the resizer's clock */
};

/* One plane on its way. */
struct flow {
	const struct resample_axis *across; /* NULL = rows are copied */
	const struct resample_axis *down;
	uint32_t next; /* row of the destination */
};

/* Memory that is kept from call to call. */
struct kept {
	void *bytes;
	size_t capacity;
};

struct resizer {
	enum resize_filter filter;
	struct kept_axis axes[AXES];
	uint64_t clock;
	struct image *destination;
	struct flow flows[IMAGE_PLANES];
	struct kept between; /* a row between the passes */
	struct kept rows;    /* pointers to the source rows of a row */
	struct kept scratch; /* a whole picture: resizer_scratch */
};

struct resizer *resizer_open(enum resize_filter filter)
{
	struct resizer *resizer = mem_calloc(1, sizeof *resizer);

	resizer->filter = filter;
	return resizer;
}

void resizer_close(struct resizer *resizer)
{
	if (resizer == NULL)
		return;
	for (unsigned i = 0; i < AXES; i++)
		resample_axis_free(&resizer->axes[i].axis);
	free(resizer->between.bytes);
	free(resizer->rows.bytes);
	free(resizer->scratch.bytes);
	free(resizer);
}

static uint32_t clamp_side(uint64_t side, uint32_t maximum)
{
	return side < 1 ? 1 : side > maximum ? maximum : (uint32_t)side;
}

void resize_fit(uint32_t width, uint32_t height, uint32_t max_width, uint32_t max_height,
		uint32_t *fit_width, uint32_t *fit_height)
{
	uint64_t w = max_width == 0 || max_width > width ? width : max_width;
	uint64_t h = max_height == 0 || max_height > height ? height : max_height;

	/* The side whose bound is tighter, w / width against h / height, sets the scale. */
	if (w * height <= h * width) {
		*fit_width = (uint32_t)w;
		*fit_height =
			clamp_side((2 * w * height + width) / (2 * (uint64_t)width), (uint32_t)h);
	} else {
		*fit_height = (uint32_t)h;
		*fit_width =
			clamp_side((2 * h * width + height) / (2 * (uint64_t)height), (uint32_t)w);
	}
}

static void *reserve(struct kept *memory, size_t bytes)
{
	size_t rounded = (bytes + IMAGE_ALIGNMENT) / IMAGE_ALIGNMENT * IMAGE_ALIGNMENT;

	if (memory->capacity >= rounded && memory->capacity <= KEPT_BYTES)
		return memory->bytes;
	free(memory->bytes);
	memory->bytes = aligned_alloc(IMAGE_ALIGNMENT, rounded);
	memory->capacity = memory->bytes != NULL ? rounded : 0;
	return memory->bytes;
}

void *resizer_scratch(struct resizer *resizer, size_t bytes)
{
	return reserve(&resizer->scratch, bytes);
}

static bool keys_equal(const struct resample_key *a, const struct resample_key *b)
{
	return a->from == b->from && a->to == b->to && a->start == b->start &&
	       a->extent == b->extent && a->averaged == b->averaged;
}

static const struct resample_axis *find_axis(struct resizer *resizer,
					     const struct resample_key *key, struct err *err)
{
	struct kept_axis *oldest = &resizer->axes[0];

	for (unsigned i = 0; i < AXES; i++) {
		struct kept_axis *kept = &resizer->axes[i];

		if (keys_equal(&kept->axis.key, key)) {
			kept->used = ++resizer->clock;
			return &kept->axis;
		}
		if (kept->used < oldest->used)
			oldest = kept;
	}
	resample_axis_free(&oldest->axis);
	oldest->used = ++resizer->clock;
	if (resample_axis_init(&oldest->axis, kernels[resizer->filter], key, err) != 0)
		return NULL;
	return &oldest->axis;
}

/* The span of the source plane that all samples of the destination cover together is more than its
 * box where the destination's samples reach beyond the destination's box. */
static struct resample_key key_across(const struct image_plane *from, const struct image_plane *to)
{
	double scale = from->box.width / to->box.width;

	return (struct resample_key){.from = from->columns,
				     .to = to->columns,
				     .start = from->box.x - to->box.x * scale,
				     .extent = to->columns * scale,
				     .averaged = from->averaged};
}

static struct resample_key key_down(const struct image_plane *from, const struct image_plane *to)
{
	double scale = from->box.height / to->box.height;

	return (struct resample_key){.from = from->rows,
				     .to = to->rows,
				     .start = from->box.y - to->box.y * scale,
				     .extent = to->rows * scale,
				     .averaged = from->averaged};
}

/* Does every sample of the result stand for the one of the source in its place? */
static bool is_identity(const struct resample_key *key)
{
	return key->from == key->to && key->start == 0 && key->extent == key->to &&
	       key->averaged == 1;
}

static int begin_plane(struct resizer *resizer, const struct image_plane *from,
		       const struct image_plane *to, struct flow *flow, struct err *err)
{
	const struct resample_key across = key_across(from, to);
	const struct resample_key down = key_down(from, to);
	size_t between = (from->columns + RESAMPLE_SPARE) * sizeof(int16_t);

	*flow = (struct flow){0};
	if (is_identity(&across) && is_identity(&down))
		return 0;
	flow->across = find_axis(resizer, &across, err);
	if (flow->across == NULL)
		return -1;
	flow->down = find_axis(resizer, &down, err);
	if (flow->down == NULL)
		return -1;
	if (reserve(&resizer->between, between) == NULL ||
	    reserve(&resizer->rows, (flow->down->reach + 1) * sizeof(void *)) == NULL)
		return err_transient(err, "no memory to resize: %zu bytes", between);
	return 0;
}

int resize_begin(struct resizer *resizer, const struct image_geometry *source,
		 struct image *destination, struct err *err)
{
	assert(source->format == destination->geometry.format);
	resizer->destination = destination;
	for (unsigned i = 0; i < source->nplanes; i++)
		if (begin_plane(resizer, &source->plane[i], &destination->geometry.plane[i],
				&resizer->flows[i], err) != 0)
			return -1;
	return 0;
}

uint32_t resize_window(const struct resizer *resizer, unsigned plane)
{
	const struct flow *flow = &resizer->flows[plane];

	return flow->down != NULL ? flow->down->reach : 1;
}

static const unsigned char *row_of(const struct image_rows *source, uint32_t row)
{
	return source->start + (row % source->rows) * source->stride;
}

static void make_row(struct resizer *resizer, const struct flow *flow,
		     const struct image_rows *source, unsigned char *to)
{
	const struct resample_axis *down = flow->down;
	const unsigned char **rows = resizer->rows.bytes;

	for (uint32_t k = 0; k < down->reach; k++)
		rows[k] = row_of(source, down->first[flow->next] + k);
	rows[down->reach] = rows[0];
	resample_row(flow->across, down, flow->next, rows, resizer->between.bytes, to);
}

void resize_feed(struct resizer *resizer, unsigned plane, const struct image_rows *source)
{
	const struct image_plane *to = &resizer->destination->geometry.plane[plane];
	struct flow *flow = &resizer->flows[plane];

	for (; flow->next < to->rows; flow->next++) {
		unsigned char *row = image_row(resizer->destination, plane, flow->next);

		if (flow->down == NULL) {
			if (flow->next >= source->end)
				return;
			memcpy(row, row_of(source, flow->next), to->columns);
			continue;
		}
		if (flow->down->first[flow->next] + flow->down->reach > source->end)
			return;
		make_row(resizer, flow, source, row);
	}
}

int resize_image(struct resizer *resizer, const struct image *source, struct image *destination,
		 const struct codec_hooks *hooks, struct err *err)
{
	if (resize_begin(resizer, &source->geometry, destination, err) != 0)
		return -1;
	for (unsigned i = 0; i < source->geometry.nplanes; i++) {
		const struct image_plane *plane = &source->geometry.plane[i];
		struct image_rows rows = {
			.start = source->data[i], .stride = plane->stride, .rows = plane->rows};

		while (rows.end < plane->rows) {
			rows.end = plane->rows - rows.end > POLL_EVERY ? rows.end + POLL_EVERY
								       : plane->rows;
			if (codec_check_cancelled(hooks, err) != 0)
				return -1;
			resize_feed(resizer, i, &rows);
		}
	}
	return 0;
}
