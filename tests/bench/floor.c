/*
 * floor.c - how fast libjpeg-turbo alone would be: the bound that a run of imgtop is held against.
 *
 * usage: floor THREADS SIDE FILE...
 *
 * Reads all files first, then measures: each is decoded to planes at the smallest DCT scale that
 * leaves it at least as large as what fits SIDE x SIDE, chroma kept subsampled, and as many samples
 * as that output has are encoded at quality 85, 4:2:0, with the standard's Huffman tables. Nothing
 * is resized, turned or written. Files that are no YCbCr JPEG or have chroma below a half are left
 * out.
 *
 * Prints: files, threads, seconds, megapixels in, bytes out.
 */
#include "config.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/mem.h"
#include "image/codec.h"
#include "image/jpeg_planes.h"
#include "image/resize.h"

enum { QUALITY = 85, LARGEST_BYTES = 1 << 28, PLANES = 3, ROWS = 2 * DCTSIZE };

struct file {
	unsigned char *bytes;
	size_t length;
};

struct task {
	const struct file *files;
	size_t count;
	uint32_t side;
	atomic_size_t next;
	atomic_ullong pixels;
	atomic_ullong written;
};

/* What a thread keeps. */
struct room {
	void *planes;
	size_t capacity;
	unsigned char *output;
	unsigned long output_bytes;
	unsigned char spare[IMAGE_SIDE_MAX + IMAGE_ALIGNMENT];
};

static bool decode(struct task *task, const struct file *file, struct room *room,
		   struct image *image)
{
	struct codec_input input = {.max_width = task->side,
				    .max_height = task->side,
				    .chroma = {.columns = 2, .rows = 2}};
	struct jpeg_decompress_struct cinfo;
	struct jpeg_error_mgr errors;
	struct jpeg_planes planes;
	struct image_geometry geometry;
	struct jpeg_rows to[PLANES];
	struct err err;
	bool suits;

	cinfo.err = jpeg_std_error(&errors);
	jpeg_create_decompress(&cinfo);
	jpeg_mem_src(&cinfo, file->bytes, file->length);
	jpeg_read_header(&cinfo, TRUE);
	suits = cinfo.num_components == PLANES && jpeg_planes_suit(&cinfo, &input);
	if (suits) {
		jpeg_planes_plan(&cinfo, &input, 1, &planes, &geometry);
		if (room->capacity < geometry.bytes) {
			free(room->planes);
			room->planes = aligned_alloc(IMAGE_ALIGNMENT, geometry.bytes);
			room->capacity = geometry.bytes;
		}
		suits = room->planes != NULL &&
			image_place(&geometry, room->planes, geometry.bytes, image, &err) == 0;
	}
	if (suits) {
		jpeg_start_decompress(&cinfo);
		jpeg_planes_start(&cinfo, &planes);
		for (unsigned i = 0; i < PLANES; i++)
			to[i] = (struct jpeg_rows){.start = image_row(image, i, 0),
						   .stride = geometry.plane[i].stride,
						   .room = geometry.plane[i].rows};
		while (cinfo.output_scanline < cinfo.output_height)
			jpeg_planes_read(&cinfo, &planes, to, room->spare);
		atomic_fetch_add(&task->pixels,
				 (unsigned long long)cinfo.image_width * cinfo.image_height);
	}
	jpeg_destroy_decompress(&cinfo);
	return suits;
}

static void encode(struct task *task, const struct image *image, struct room *room)
{
	struct jpeg_compress_struct cinfo;
	struct jpeg_error_mgr errors;
	JSAMPROW rows[PLANES][ROWS];
	JSAMPARRAY data[PLANES] = {rows[0], rows[1], rows[2]};
	unsigned long length = room->output_bytes;

	cinfo.err = jpeg_std_error(&errors);
	jpeg_create_compress(&cinfo);
	jpeg_mem_dest(&cinfo, &room->output, &length);
	resize_fit(image->geometry.full_width, image->geometry.full_height, task->side, task->side,
		   &cinfo.image_width, &cinfo.image_height);
	cinfo.input_components = PLANES;
	cinfo.in_color_space = JCS_YCbCr;
	jpeg_set_defaults(&cinfo);
	jpeg_set_quality(&cinfo, QUALITY, TRUE);
	cinfo.raw_data_in = TRUE;
	jpeg_start_compress(&cinfo, TRUE);
	while (cinfo.next_scanline < cinfo.image_height) {
		for (unsigned i = 0; i < PLANES; i++) {
			uint32_t first = i == 0 ? cinfo.next_scanline : cinfo.next_scanline / 2;

			for (uint32_t k = 0; k < (i == 0 ? ROWS : DCTSIZE); k++) {
				uint32_t last = image->geometry.plane[i].rows - 1;

				rows[i][k] =
					image_row(image, i, first + k < last ? first + k : last);
			}
		}
		jpeg_write_raw_data(&cinfo, data, ROWS);
	}
	jpeg_finish_compress(&cinfo);
	jpeg_destroy_compress(&cinfo);
	atomic_fetch_add(&task->written, length);
	if (length > room->output_bytes)
		room->output_bytes = length;
}

static void *work(void *context)
{
	struct task *task = context;
	struct room *room = mem_calloc(1, sizeof *room);
	size_t i = atomic_fetch_add(&task->next, 1);

	for (; i < task->count; i = atomic_fetch_add(&task->next, 1)) {
		struct image image;

		if (decode(task, &task->files[i], room, &image))
			encode(task, &image, room);
	}
	free(room->planes);
	free(room->output);
	free(room);
	return NULL;
}

static bool read_file(const char *path, struct file *file)
{
	FILE *stream = fopen(path, "rb");

	if (stream == NULL)
		return false;
	file->bytes = mem_realloc(NULL, LARGEST_BYTES, 1);
	file->length = fread(file->bytes, 1, LARGEST_BYTES, stream);
	file->bytes = mem_realloc(file->bytes, file->length + 1, 1);
	fclose(stream);
	return true;
}

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	struct task task = {.count = argc > 3 ? (size_t)argc - 3 : 0};
	size_t nthreads = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	struct file *files;
	pthread_t *threads;
	double start;

	if (task.count == 0 || nthreads == 0) {
		fprintf(stderr, "usage: floor THREADS SIDE FILE...\n");
		return 2;
	}
	task.side = (uint32_t)strtoul(argv[2], NULL, 10);
	files = mem_calloc(task.count, sizeof *files);
	threads = mem_calloc(nthreads, sizeof *threads);
	for (size_t i = 0; i < task.count; i++)
		if (!read_file(argv[i + 3], &files[i])) {
			perror(argv[i + 3]);
			return 1;
		}
	task.files = files;
	start = now();
	for (size_t i = 0; i < nthreads; i++)
		if (pthread_create(&threads[i], NULL, work, &task) != 0)
			abort();
	for (size_t i = 0; i < nthreads; i++)
		pthread_join(threads[i], NULL);
	printf("%zu files, %zu threads: %.3f s, %.0f megapixels in, %llu bytes out\n", task.count,
	       nthreads, now() - start, (double)task.pixels / 1e6, task.written);
	for (size_t i = 0; i < task.count; i++)
		free(files[i].bytes);
	free(files);
	free(threads);
	return 0;
}
