/*
 * images_stages_fixture.c - one image on its way through the stages of the images workload.
 */
#include "config.h"

#include "images_stages_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <fcntl.h>
#include <png.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"

enum { FILE_BYTES = 4 << 20 };

/* ---- a folder, two slots and a worker ---- */

static void *map_slot(void)
{
	return mmap(NULL, SLOT_BYTES, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

int set_up(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);
	int rc = images_fixture_open(&fixture->base);

	for (size_t i = 0; i < 2; i++)
		fixture->slots[i] =
			(struct slot_memory){.base = map_slot(),
					     .size = SLOT_BYTES,
					     .shares = fixture->base.workload->region_shares};
	*state = fixture;
	return rc;
}

int tear_down(void **state)
{
	struct fixture *fixture = *state;
	int rc = images_fixture_close(&fixture->base);

	for (size_t i = 0; i < 2; i++)
		munmap(fixture->slots[i].base, SLOT_BYTES);
	free(fixture);
	return rc;
}

void set(struct fixture *fixture, const char *name, const char *value)
{
	images_fixture_set(&fixture->base, name, value);
}

static void on_stage(struct work *work, unsigned stage)
{
	struct fixture *fixture = work->engine;

	assert_true(fixture->nstages < BORDERS);
	fixture->stages[fixture->nstages++] = stage;
}

static bool is_abandoned(struct work *work)
{
	const struct fixture *fixture = work->engine;

	return fixture->abandoned;
}

static int grant(struct work *work, uint64_t bytes, struct err *err)
{
	struct fixture *fixture = work->engine;

	(void)err;
	fixture->admitted += bytes;
	return 0;
}

static const struct work_calls calls = {
	.stage = on_stage, .cancelled = is_abandoned, .admit = grant};

void begin(struct fixture *fixture, const char *input, const char *output)
{
	fixture->work = (struct work){.config = &fixture->base.config,
				      .state = images_fixture_worker(&fixture->base),
				      .name = input,
				      .payload = output,
				      .payload_length = strlen(output),
				      .memory = &fixture->slots[0],
				      .job = 7,
				      .attempt = 1,
				      .calls = &calls,
				      .engine = fixture};
	err_clear(&fixture->base.err);
	fixture->nstages = 0;
	fixture->abandoned = false;
}

/* To the other address; what stays behind would show in the output. */
static void move_slot(struct fixture *fixture)
{
	struct slot_memory *from = fixture->work.memory;
	struct slot_memory *to = from == &fixture->slots[0] ? &fixture->slots[1] : from - 1;

	memcpy(to->base, from->base, SLOT_BYTES);
	memset(from->base, 0xee, SLOT_BYTES);
	fixture->work.memory = to;
}

int run_stages(struct fixture *fixture, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++) {
		if (fixture->base.workload->stages[i].run(&fixture->work, &fixture->base.err) != 0)
			return -1;
		if (fixture->moving)
			move_slot(fixture);
	}
	return 0;
}

int run(struct fixture *fixture, const char *input, const char *output)
{
	begin(fixture, input, output);
	return run_stages(fixture, IMAGES_READ, IMAGES_WRITE);
}

/* ---- files and pictures ---- */

struct bytes read_file(const char *path)
{
	struct bytes file = {.bytes = mem_calloc(FILE_BYTES, 1)};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	assert_true(fd >= 0);
	got = read(fd, file.bytes, FILE_BYTES);
	assert_true(got >= 0 && got < FILE_BYTES);
	file.length = (size_t)got;
	close(fd);
	return file;
}

off_t file_bytes(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

void put_turned_jpeg(const char *path, uint32_t width, uint32_t height, unsigned orientation)
{
	struct bytes jpeg = make_jpeg(&(struct jpeg_recipe){.width = width,
							    .height = height,
							    .paint = paint_asymmetric,
							    .orientation = orientation});

	put_file(path, jpeg.bytes, jpeg.length);
	free(jpeg.bytes);
}

void put_jpeg(const char *path, uint32_t width, uint32_t height)
{
	put_turned_jpeg(path, width, height, 0);
}

void put_png(const char *path, uint32_t width, uint32_t height)
{
	png_image png = {.version = PNG_IMAGE_VERSION,
			 .width = width,
			 .height = height,
			 .format = PNG_FORMAT_RGBA};
	unsigned char *pixels = mem_calloc((size_t)width * height, 4);

	for (size_t i = 0; i < (size_t)width * height; i++) {
		pixels[4 * i] = 255;
		pixels[4 * i + 3] = i % width < width / 2 ? 255 : 0;
	}
	assert_int_not_equal(png_image_write_to_file(&png, path, 0, pixels, 0, NULL), 0);
	free(pixels);
}

struct codec_info probe(const char *path)
{
	struct bytes file = read_file(path);
	struct codec_state *codec = codec_open();
	struct codec_limits limits;
	struct codec_info info;
	struct codec_input input = {.bytes = file.bytes, .length = file.length, .limits = &limits};
	struct err err;

	codec_limits_init(&limits);
	assert_int_equal(codec_probe(codec, &input, &info, &err), 0);
	codec_close(codec);
	free(file.bytes);
	return info;
}

void assert_size(const char *path, uint32_t width, uint32_t height)
{
	struct codec_info info = probe(path);

	assert_string_equal(info.format, "JPEG");
	assert_int_equal(info.width, width);
	assert_int_equal(info.height, height);
}

bool same_bytes(const char *left, const char *right)
{
	struct bytes a = read_file(left);
	struct bytes b = read_file(right);
	bool same = a.length == b.length && memcmp(a.bytes, b.bytes, a.length) == 0;

	free(a.bytes);
	free(b.bytes);
	return same;
}

void assert_refused(struct fixture *fixture, const char *input, enum err_kind kind,
		    const char *reason)
{
	assert_int_equal(run(fixture, input, "refused.jpg"), -1);
	assert_int_equal(fixture->base.err.kind, kind);
	if (strstr(fixture->base.err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fixture->base.err.text, reason);
	assert_false(exists("out/refused.jpg"));
	assert_false(exists("out/refused.thumb.jpg"));
}
