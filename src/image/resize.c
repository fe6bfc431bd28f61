/*
 * resize.c - a picture at another size, plane by plane through zimg.
 *
 * Building a filter graph costs about as much as running it over a plane of a few megapixels, so
 * a worker keeps those of its last geometries. Pictures of one camera, and the planes of one
 * picture, share them.
 */
#include "config.h"

#include "image/resize.h"

#include <assert.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <zimg.h>

#include "base/mem.h"
#include "image/codec_internal.h"

enum {
	GRAPHS = 12,
	BUFFER_ALIGNMENT = 64, /* of zimg, in its widest mode */
	KEPT_BYTES = 16 << 20, /* scratch memory above this is not kept for the next picture */
	POLL_EVERY = 64,       /* rows */
};

struct kernel {
	zimg_resample_filter_e filter;
	double a;
	double b;
	bool has_b;
};

static const struct kernel kernels[] = {
	[RESIZE_LANCZOS3] = {ZIMG_RESIZE_LANCZOS, 3, 0, false},
	[RESIZE_BICUBIC] = {ZIMG_RESIZE_BICUBIC, 0, 0.5, true},
	[RESIZE_BILINEAR] = {ZIMG_RESIZE_BILINEAR, 0, 0, false},
	[RESIZE_SPLINE36] = {ZIMG_RESIZE_SPLINE36, 0, 0, false},
};

const char *const resize_filter_names[] = {"lanczos3", "bicubic", "bilinear", "spline36", NULL};

/* All that a graph depends on, but the filter. */
struct graph_key {
	uint32_t from_columns;
	uint32_t from_rows;
	uint32_t to_columns;
	uint32_t to_rows;
	struct image_box from; /* what the destination's samples cover in the source plane */
};

struct graph {
	struct graph_key key;
	zimg_filter_graph *filter; /* NULL = free */
	uint64_t used;		   /* the resizer's clock */
};

/* Aligned memory that is kept from call to call. */
struct aligned {
	void *bytes;
	size_t capacity;
};

struct resizer {
	enum resize_filter filter;
	struct graph graphs[GRAPHS];
	uint64_t clock;
	struct aligned working; /* zimg's rows */
	struct aligned scratch; /* a whole picture: resizer_scratch */
};

struct poll {
	const struct codec_hooks *hooks;
	struct err *err;
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
	for (unsigned i = 0; i < GRAPHS; i++)
		zimg_filter_graph_free(resizer->graphs[i].filter);
	free(resizer->working.bytes);
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

static void *aligned_reserve(struct aligned *memory, size_t bytes)
{
	size_t rounded = (bytes + BUFFER_ALIGNMENT) / BUFFER_ALIGNMENT * BUFFER_ALIGNMENT;

	if (memory->capacity >= rounded && memory->capacity <= KEPT_BYTES)
		return memory->bytes;
	free(memory->bytes);
	memory->bytes = aligned_alloc(BUFFER_ALIGNMENT, rounded);
	memory->capacity = memory->bytes != NULL ? rounded : 0;
	return memory->bytes;
}

void *resizer_scratch(struct resizer *resizer, size_t bytes)
{
	return aligned_reserve(&resizer->scratch, bytes);
}

/* Error of the zimg call just made. */
static int zimg_error(struct err *err)
{
	char text[200] = "";
	zimg_error_code_e code = zimg_get_last_error(text, sizeof text);

	zimg_clear_last_error();
	if (code == ZIMG_ERROR_OUT_OF_MEMORY)
		return err_transient(err, "no memory to resize");
	return err_permanent(err, "resize: %s", text);
}

static bool keys_equal(const struct graph_key *a, const struct graph_key *b)
{
	return a->from_columns == b->from_columns && a->from_rows == b->from_rows &&
	       a->to_columns == b->to_columns && a->to_rows == b->to_rows &&
	       a->from.x == b->from.x && a->from.y == b->from.y && a->from.width == b->from.width &&
	       a->from.height == b->from.height;
}

static zimg_filter_graph *build(const struct resizer *resizer, const struct graph_key *key)
{
	const struct kernel *kernel = &kernels[resizer->filter];
	zimg_image_format from;
	zimg_image_format to;
	zimg_graph_builder_params params;

	zimg_image_format_default(&from, ZIMG_API_VERSION);
	from.width = key->from_columns;
	from.height = key->from_rows;
	from.pixel_type = ZIMG_PIXEL_BYTE;
	from.pixel_range = ZIMG_RANGE_FULL;
	to = from;
	to.width = key->to_columns;
	to.height = key->to_rows;
	from.active_region.left = key->from.x;
	from.active_region.top = key->from.y;
	from.active_region.width = key->from.width;
	from.active_region.height = key->from.height;
	zimg_graph_builder_params_default(&params, ZIMG_API_VERSION);
	params.resample_filter = kernel->filter;
	if (kernel->filter == ZIMG_RESIZE_LANCZOS || kernel->has_b)
		params.filter_param_a = kernel->a;
	if (kernel->has_b)
		params.filter_param_b = kernel->b;
	params.dither_type = ZIMG_DITHER_NONE;
	params.cpu_type = ZIMG_CPU_AUTO;
	return zimg_filter_graph_build(&from, &to, &params);
}

static zimg_filter_graph *find_graph(struct resizer *resizer, const struct graph_key *key)
{
	struct graph *oldest = &resizer->graphs[0];

	for (unsigned i = 0; i < GRAPHS; i++) {
		struct graph *graph = &resizer->graphs[i];

		if (graph->filter != NULL && keys_equal(&graph->key, key)) {
			graph->used = ++resizer->clock;
			return graph->filter;
		}
		if (graph->used < oldest->used)
			oldest = graph;
	}
	zimg_filter_graph_free(oldest->filter);
	*oldest = (struct graph){
		.key = *key,
		.filter = build(resizer, key),
		.used = ++resizer->clock,
	};
	return oldest->filter;
}

/* zimg reads rows by number and asks before each: a place to give up at. */
static int on_row(void *user, unsigned row, unsigned left, unsigned right)
{
	struct poll *poll = user;

	(void)left;
	(void)right;
	return row % POLL_EVERY == 0 && codec_check_cancelled(poll->hooks, poll->err) != 0;
}

static int run(struct resizer *resizer, const zimg_filter_graph *filter,
	       const zimg_image_buffer_const *from, const zimg_image_buffer *to, struct poll *poll)
{
	size_t bytes;
	void *working;

	if (zimg_filter_graph_get_tmp_size(filter, &bytes) != ZIMG_ERROR_SUCCESS)
		return zimg_error(poll->err);
	working = aligned_reserve(&resizer->working, bytes);
	if (working == NULL)
		return err_transient(poll->err, "no memory to resize: %zu bytes", bytes);
	err_clear(poll->err);
	if (zimg_filter_graph_process(filter, from, to, working, on_row, poll, NULL, NULL) ==
	    ZIMG_ERROR_SUCCESS)
		return 0;
	return poll->err->kind != ERR_NONE ? -1 : zimg_error(poll->err);
}

/* The span of the source plane that all samples of the destination cover together: more than its
 * box where the destination's samples reach beyond the destination's box. */
static struct image_box source_span(const struct image_plane *from, const struct image_plane *to)
{
	double scale_x = from->box.width / to->box.width;
	double scale_y = from->box.height / to->box.height;

	return (struct image_box){
		.x = from->box.x - to->box.x * scale_x,
		.y = from->box.y - to->box.y * scale_y,
		.width = to->columns * scale_x,
		.height = to->rows * scale_y,
	};
}

/* Does every sample of the destination stand for the one of the source in its place? */
static bool is_identity(const struct graph_key *key)
{
	return key->from_columns == key->to_columns && key->from_rows == key->to_rows &&
	       key->from.x == 0 && key->from.y == 0 && key->from.width == key->to_columns &&
	       key->from.height == key->to_rows;
}

static void copy_plane(const struct image *source, struct image *destination, unsigned index)
{
	const struct image_plane *plane = &destination->geometry.plane[index];

	for (uint32_t y = 0; y < plane->rows; y++)
		memcpy(image_row(destination, index, y), image_row(source, index, y),
		       plane->columns);
}

int resize_image(struct resizer *resizer, const struct image *source, struct image *destination,
		 const struct codec_hooks *hooks, struct err *err)
{
	struct poll poll = {.hooks = hooks, .err = err};

	assert(source->geometry.format == destination->geometry.format);
	for (unsigned i = 0; i < source->geometry.nplanes; i++) {
		const struct image_plane *from = &source->geometry.plane[i];
		const struct image_plane *to = &destination->geometry.plane[i];
		const struct graph_key key = {
			.from_columns = from->columns,
			.from_rows = from->rows,
			.to_columns = to->columns,
			.to_rows = to->rows,
			.from = source_span(from, to),
		};
		const zimg_image_buffer_const input = {
			.version = ZIMG_API_VERSION,
			.plane[0] = {source->data[i], from->stride, ZIMG_BUFFER_MAX},
		};
		const zimg_image_buffer output = {
			.version = ZIMG_API_VERSION,
			.plane[0] = {destination->data[i], to->stride, ZIMG_BUFFER_MAX},
		};
		zimg_filter_graph *filter;

		if (is_identity(&key)) {
			copy_plane(source, destination, i);
			continue;
		}
		filter = find_graph(resizer, &key);
		if (filter == NULL)
			return zimg_error(err);
		if (run(resizer, filter, &input, &output, &poll) != 0)
			return -1;
	}
	return 0;
}
