/*
 * images_stages_test.c - one image from its file to its outputs, stage by stage.
 *
 * Pictures are made here. All stages run in one process; where it matters the slot moves to another
 * address between every two of them, and what stays behind is destroyed.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <fcntl.h>
#include <ftw.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "image/codec.h"
#include "image/jpeg_encode.h"
#include "workload/images_options.h"
#include "workload/images_slot.h"
#include "workload/images_worker.h"
#include "workload/workload.h"

enum { SLOT_BYTES = 16 << 20, FILE_BYTES = 4 << 20 };

struct fixture {
	char folder[64];
	const struct workload *workload;
	struct images_options options;
	struct workload_config config;
	void *worker;
	struct slot_memory slots[2];
	struct work work;
	bool moving; /* the slot moves between stages */
	struct err err;
	uint64_t admitted;
};

struct bytes {
	unsigned char *data;
	size_t length;
};

/* ---- a folder, two slots and a worker ---- */

static void *map_slot(void)
{
	return mmap(NULL, SLOT_BYTES, PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static int set_up(void **state)
{
	struct fixture *fixture = mem_calloc(1, sizeof *fixture);

	strcpy(fixture->folder, "/tmp/imgtop-stages-XXXXXX");
	fixture->workload = workload_find("images");
	option_defaults(fixture->workload->options, fixture->workload->noptions, &fixture->options);
	fixture->config = (struct workload_config){
		.output = "out", .run_id = "test", .values = &fixture->options};
	for (size_t i = 0; i < 2; i++)
		fixture->slots[i] =
			(struct slot_memory){.base = map_slot(),
					     .size = SLOT_BYTES,
					     .shares = fixture->workload->region_shares};
	*state = fixture;
	if (mkdtemp(fixture->folder) == NULL)
		return -1;
	return chdir(fixture->folder);
}

static int remove_one(const char *path, const struct stat *status, int kind, struct FTW *at)
{
	(void)status;
	(void)kind;
	(void)at;
	return remove(path);
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	if (chdir("/") != 0)
		return -1;
	nftw(fixture->folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
	fixture->workload->worker_close(fixture->worker);
	option_release(fixture->workload->options, fixture->workload->noptions, &fixture->options);
	for (size_t i = 0; i < 2; i++)
		munmap(fixture->slots[i].base, SLOT_BYTES);
	free(fixture);
	return 0;
}

static void set(struct fixture *fixture, const char *name, const char *value)
{
	const struct option_spec *spec = option_find(
		fixture->workload->options, fixture->workload->noptions, name, strlen(name));

	assert_non_null(spec);
	assert_int_equal(option_parse(spec, value, &fixture->options, &fixture->err), 0);
	fixture->workload->worker_close(fixture->worker);
	fixture->worker = NULL;
}

static void on_stage(struct work *work, unsigned stage)
{
	(void)work;
	(void)stage;
}

static bool never(struct work *work)
{
	(void)work;
	return false;
}

static bool always(struct work *work)
{
	(void)work;
	return true;
}

static int grant(struct work *work, uint64_t bytes, struct err *err)
{
	struct fixture *fixture = work->engine;

	(void)err;
	fixture->admitted += bytes;
	return 0;
}

static const struct work_calls calls = {.stage = on_stage, .cancelled = never, .admit = grant};
static const struct work_calls cancelling = {
	.stage = on_stage, .cancelled = always, .admit = grant};

static void begin(struct fixture *fixture, const char *input, const char *output)
{
	if (fixture->worker == NULL)
		assert_int_equal(fixture->workload->worker_open(&fixture->config, &fixture->worker,
								&fixture->err),
				 0);
	fixture->work = (struct work){.config = &fixture->config,
				      .state = fixture->worker,
				      .name = input,
				      .payload = output,
				      .payload_length = strlen(output),
				      .memory = &fixture->slots[0],
				      .job = 7,
				      .attempt = 1,
				      .calls = &calls,
				      .engine = fixture};
	err_clear(&fixture->err);
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

static int run_stages(struct fixture *fixture, unsigned first, unsigned last)
{
	for (unsigned i = first; i <= last; i++) {
		if (fixture->workload->stages[i].run(&fixture->work, &fixture->err) != 0)
			return -1;
		if (fixture->moving)
			move_slot(fixture);
	}
	return 0;
}

static int run(struct fixture *fixture, const char *input, const char *output)
{
	begin(fixture, input, output);
	return run_stages(fixture, IMAGES_READ, IMAGES_WRITE);
}

/* ---- files and pictures ---- */

static void write_file(const char *path, const void *bytes, size_t length)
{
	int fd = open(path, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, length), length);
	close(fd);
}

static struct bytes read_file(const char *path)
{
	struct bytes file = {.data = mem_calloc(FILE_BYTES, 1)};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t got;

	assert_true(fd >= 0);
	got = read(fd, file.data, FILE_BYTES);
	assert_true(got >= 0 && got < FILE_BYTES);
	file.length = (size_t)got;
	close(fd);
	return file;
}

static off_t file_bytes(const char *path)
{
	struct stat status;

	assert_int_equal(stat(path, &status), 0);
	return status.st_size;
}

static bool exists(const char *path)
{
	return access(path, F_OK) == 0;
}

/* Smooth, coloured, and different at every corner. */
static void paint(struct image *image)
{
	for (uint32_t y = 0; y < image->geometry.height; y++) {
		for (uint32_t x = 0; x < image->geometry.width; x++) {
			image_row(image, 0, y)[x] =
				(unsigned char)(x * 255 / image->geometry.width);
			image_row(image, 1, y)[x] =
				(unsigned char)(y * 255 / image->geometry.height);
			image_row(image, 2, y)[x] = 40;
		}
	}
	image_pad(image);
}

static void make_jpeg(const char *path, uint32_t width, uint32_t height)
{
	struct jpeg_encode_options options = {.quality = 90};
	struct jpeg_encoder *encoder = jpeg_encoder_open();
	struct codec_hooks hooks = {0};
	struct jpeg_output output;
	struct image_geometry geometry;
	struct image image;
	struct err err;
	void *memory;

	image_geometry_init(&geometry, IMAGE_RGB8, width, height);
	memory = aligned_alloc(IMAGE_ALIGNMENT, geometry.bytes);
	assert_int_equal(image_place(&geometry, memory, geometry.bytes, &image, &err), 0);
	paint(&image);
	output.room = jpeg_encode_bound(&geometry, &options);
	output.bytes = mem_calloc(output.room, 1);
	assert_int_equal(jpeg_encode(encoder, &image, &options, &output, &hooks, &err), 0);
	write_file(path, output.bytes, output.length);
	free(output.bytes);
	free(memory);
	jpeg_encoder_close(encoder);
}

/* The JPEG with an EXIF marker that holds nothing but an orientation. */
static void turn_jpeg(const char *path, unsigned char orientation)
{
	unsigned char marker[] = {0xff, 0xe1, 0, 34, 'E', 'x',	       'i', 'f', 0, 0,	'M', 'M',
				  0,	42,   0, 0,  0,	  8,	       0,   1,	 1, 18, 0,   3,
				  0,	0,    0, 1,  0,	  orientation, 0,   0,	 0, 0,	0,   0};
	struct bytes file = read_file(path);
	unsigned char *longer = mem_calloc(file.length + sizeof marker, 1);

	memcpy(longer, file.data, 2);
	memcpy(longer + 2, marker, sizeof marker);
	memcpy(longer + 2 + sizeof marker, file.data + 2, file.length - 2);
	write_file(path, longer, file.length + sizeof marker);
	free(longer);
	free(file.data);
}

/* Red, half of it transparent. */
static void make_png(const char *path, uint32_t width, uint32_t height)
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

static struct codec_info probe(const char *path)
{
	struct bytes file = read_file(path);
	struct codec_state *codec = codec_open();
	struct codec_limits limits;
	struct codec_info info;
	struct codec_input input = {.bytes = file.data, .length = file.length, .limits = &limits};
	struct err err;

	codec_limits_init(&limits);
	assert_int_equal(codec_probe(codec, &input, &info, &err), 0);
	codec_close(codec);
	free(file.data);
	return info;
}

static void assert_size(const char *path, uint32_t width, uint32_t height)
{
	struct codec_info info = probe(path);

	assert_string_equal(info.format, "JPEG");
	assert_int_equal(info.width, width);
	assert_int_equal(info.height, height);
}

static bool same_bytes(const char *left, const char *right)
{
	struct bytes a = read_file(left);
	struct bytes b = read_file(right);
	bool same = a.length == b.length && memcmp(a.data, b.data, a.length) == 0;

	free(a.data);
	free(b.data);
	return same;
}

/* Does the item end like this, with nothing written? */
static void assert_refused(struct fixture *fixture, const char *input, enum err_kind kind,
			   const char *reason)
{
	assert_int_equal(run(fixture, input, "refused.jpg"), -1);
	assert_int_equal(fixture->err.kind, kind);
	if (strstr(fixture->err.text, reason) == NULL)
		fail_msg("\"%s\" does not say \"%s\"", fixture->err.text, reason);
	assert_false(exists("out/refused.jpg"));
	assert_false(exists("out/refused.thumb.jpg"));
}

/* ---- what comes out ---- */

static void a_picture_is_fitted_into_the_box(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 500, 200);
	set(fixture, "max", "100x100");
	assert_int_equal(run(fixture, "in.jpg", "a/b.jpg"), 0);
	assert_size("out/a/b.jpg", 100, 40);
	assert_true(fixture->work.bytes_in > 0 && fixture->work.bytes_out > 0);
}

static void a_small_picture_is_not_enlarged(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 33, 17);
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_size("out/o.jpg", 33, 17);
	make_png("in.png", 1, 1);
	assert_int_equal(run(fixture, "in.png", "p.jpg"), 0);
	assert_size("out/p.jpg", 1, 1);
}

static void a_turned_picture_comes_out_upright(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 400, 200);
	turn_jpeg("in.jpg", 6);
	set(fixture, "max", "100x300");
	set(fixture, "metadata", "keep");
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_size("out/o.jpg", 100, 200);
	assert_true(probe("out/o.jpg").has_exif);
	assert_int_equal(probe("out/o.jpg").geometry.orientation, 1);
}

static void metadata_is_stripped_unless_it_shall_be_kept(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 40, 20);
	turn_jpeg("in.jpg", 1);
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_false(probe("out/o.jpg").has_exif);
	set(fixture, "metadata", "keep");
	set(fixture, "thumb", "10");
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
	assert_true(probe("out/o.jpg").has_exif);
	assert_false(probe("out/o.thumb.jpg").has_exif);
}

static void a_thumb_is_written_beside_and_knows_nothing_of_the_patch(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 300, 200);
	set(fixture, "max", "150");
	set(fixture, "thumb", "30");
	assert_int_equal(run(fixture, "in.jpg", "plain.jpg"), 0);
	set(fixture, "patch", "centre");
	assert_int_equal(run(fixture, "in.jpg", "patched.jpg"), 0);
	assert_size("out/plain.jpg", 150, 100);
	assert_size("out/plain.thumb.jpg", 30, 20);
	assert_true(same_bytes("out/plain.thumb.jpg", "out/patched.thumb.jpg"));
	assert_false(same_bytes("out/plain.jpg", "out/patched.jpg"));
}

static void a_thumb_of_a_picture_that_is_not_resized_is_not_patched_either(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 30, 20);
	set(fixture, "thumb", "30");
	assert_int_equal(run(fixture, "in.jpg", "plain.jpg"), 0);
	set(fixture, "patch", "0,0,30x20");
	assert_int_equal(run(fixture, "in.jpg", "patched.jpg"), 0);
	assert_true(same_bytes("out/plain.thumb.jpg", "out/patched.thumb.jpg"));
	assert_false(same_bytes("out/plain.jpg", "out/patched.jpg"));
}

static void a_patch_outside_of_the_picture_changes_nothing_and_warns(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 30, 20);
	assert_int_equal(run(fixture, "in.jpg", "plain.jpg"), 0);
	assert_string_equal(fixture->work.warning, "");
	set(fixture, "patch", "500,500,10x10");
	assert_int_equal(run(fixture, "in.jpg", "patched.jpg"), 0);
	assert_true(same_bytes("out/plain.jpg", "out/patched.jpg"));
	assert_non_null(strstr(fixture->work.warning, "--patch"));
}

static void options_reach_the_encoder(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 200, 100);
	assert_int_equal(run(fixture, "in.jpg", "a.jpg"), 0);
	set(fixture, "quality", "20");
	assert_int_equal(run(fixture, "in.jpg", "b.jpg"), 0);
	assert_true(file_bytes("out/b.jpg") < file_bytes("out/a.jpg"));
	set(fixture, "progressive", "yes");
	assert_int_equal(run(fixture, "in.jpg", "c.jpg"), 0);
	assert_false(probe("out/a.jpg").progressive);
	assert_true(probe("out/c.jpg").progressive);
}

static void transparency_shows_the_background(void **state)
{
	struct fixture *fixture = *state;

	make_png("in.png", 64, 64);
	assert_int_equal(run(fixture, "in.png", "white.jpg"), 0);
	set(fixture, "background", "ffffff");
	assert_int_equal(run(fixture, "in.png", "digits.jpg"), 0);
	set(fixture, "background", "black");
	assert_int_equal(run(fixture, "in.png", "black.jpg"), 0);
	assert_true(same_bytes("out/white.jpg", "out/digits.jpg"));
	assert_false(same_bytes("out/white.jpg", "out/black.jpg"));
}

static void a_slot_that_moves_between_stages_gives_the_same_bytes(void **state)
{
	static const char *const inputs[] = {"in.jpg", "in.png", "small.jpg"};
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 301, 203);
	turn_jpeg("in.jpg", 8);
	make_png("in.png", 90, 70);
	make_jpeg("small.jpg", 50, 40);
	set(fixture, "max", "64");
	set(fixture, "thumb", "16");
	set(fixture, "patch", "centre");
	set(fixture, "metadata", "keep");
	for (size_t i = 0; i < 3; i++) {
		fixture->moving = false;
		assert_int_equal(run(fixture, inputs[i], "still.jpg"), 0);
		fixture->moving = true;
		assert_int_equal(run(fixture, inputs[i], "moving.jpg"), 0);
		assert_true(same_bytes("out/still.jpg", "out/moving.jpg"));
		assert_true(same_bytes("out/still.thumb.jpg", "out/moving.thumb.jpg"));
	}
}

static void what_a_slot_held_before_does_not_show(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 301, 203);
	make_jpeg("other.jpg", 640, 480);
	set(fixture, "max", "64");
	assert_int_equal(run(fixture, "in.jpg", "first.jpg"), 0);
	memset(fixture->slots[0].base, 0xa5, SLOT_BYTES);
	assert_int_equal(run(fixture, "other.jpg", "other.jpg"), 0);
	assert_int_equal(run(fixture, "in.jpg", "again.jpg"), 0);
	assert_true(same_bytes("out/first.jpg", "out/again.jpg"));
}

static void regions_are_released_when_no_later_stage_needs_them(void **state)
{
	struct fixture *fixture = *state;
	size_t bytes;

	make_jpeg("in.jpg", 300, 200);
	set(fixture, "max", "100");
	set(fixture, "thumb", "20");
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_DECODE), 0);
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_INPUT, &bytes));
	assert_int_equal(run_stages(fixture, IMAGES_RESIZE, IMAGES_RESIZE), 0);
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_SOURCE, &bytes));
	assert_int_equal(run_stages(fixture, IMAGES_MAKE_THUMB, IMAGES_ENCODE), 0);
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_RESULT, &bytes));
	assert_null(slot_memory_get(fixture->work.memory, IMAGES_THUMB, &bytes));
	assert_int_equal(run_stages(fixture, IMAGES_WRITE, IMAGES_WRITE), 0);
	slot_memory_get(fixture->work.memory, IMAGES_OUTPUT, &bytes);
	assert_int_equal(bytes, fixture->work.bytes_out);
}

static void results_are_summed_up(void **state)
{
	struct fixture *fixture = *state;
	void *totals = mem_calloc(1, fixture->workload->accumulator_size);
	char json[512];

	make_jpeg("in.jpg", 200, 100);
	set(fixture, "max", "100");
	set(fixture, "thumb", "10");
	for (int i = 0; i < 2; i++) {
		assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
		fixture->workload->fold(totals, fixture->work.result, fixture->work.result_length);
	}
	fixture->workload->fold(totals, "junk", 4);
	fixture->workload->describe(totals, json, sizeof json);
	assert_string_equal(json, "{\"images\":2,\"pixels_in\":40000,\"pixels_out\":10000,"
				  "\"thumbs\":2,\"damaged\":0}");
	free(totals);
}

/* ---- what does not come out ---- */

static void only_regular_files_are_read_and_nothing_blocks(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkfifo("pipe.jpg", 0600) | mkdir("folder.jpg", 0700), 0);
	assert_refused(fixture, "pipe.jpg", ERR_PERMANENT, "a FIFO");
	assert_refused(fixture, "folder.jpg", ERR_PERMANENT, "a folder");
	assert_refused(fixture, "/dev/null", ERR_PERMANENT, "a device");
	write_file("empty.jpg", "", 0);
	assert_refused(fixture, "empty.jpg", ERR_PERMANENT, "empty file");
}

static void a_file_that_cannot_be_opened_fails_and_says_why(void **state)
{
	struct fixture *fixture = *state;

	assert_refused(fixture, "none.jpg", ERR_PERMANENT, "No such file");
	if (geteuid() == 0)
		return; /* who may read everything */
	make_jpeg("secret.jpg", 8, 8);
	assert_int_equal(chmod("secret.jpg", 0), 0);
	assert_refused(fixture, "secret.jpg", ERR_PERMANENT, "Permission denied");
}

static void what_is_no_image_by_its_first_bytes_is_skipped(void **state)
{
	struct fixture *fixture = *state;

	write_file("text.jpg", "hello", 5);
	assert_refused(fixture, "text.jpg", ERR_SKIP, "JPEG");
	make_jpeg("picture.txt", 8, 8);
	assert_int_equal(run(fixture, "picture.txt", "o.jpg"), 0);
	make_png("png.jpg", 8, 8);
	assert_int_equal(run(fixture, "png.jpg", "p.jpg"), 0);
}

static void a_cut_file_fails_and_writes_nothing(void **state)
{
	static const char *const inputs[] = {"in.jpg", "in.png"};
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 200, 200);
	make_png("in.png", 200, 200);
	for (size_t i = 0; i < 2; i++) {
		struct bytes file = read_file(inputs[i]);

		write_file("cut", file.data, file.length / 2);
		assert_refused(fixture, "cut", ERR_PERMANENT, "");
		write_file("cut", file.data, 20);
		assert_refused(fixture, "cut", ERR_PERMANENT, "");
		free(file.data);
	}
}

static void tolerated_damage_is_written_and_counted(void **state)
{
	struct fixture *fixture = *state;
	void *totals = mem_calloc(1, fixture->workload->accumulator_size);
	struct bytes file;
	char json[512];

	make_jpeg("in.jpg", 200, 200);
	file = read_file("in.jpg");
	write_file("cut.jpg", file.data, file.length * 3 / 4);
	set(fixture, "tolerate", "yes");
	assert_int_equal(run(fixture, "cut.jpg", "o.jpg"), 0);
	assert_size("out/o.jpg", 200, 200);
	assert_true(fixture->work.damaged);
	assert_string_not_equal(fixture->work.warning, "");
	fixture->workload->fold(totals, fixture->work.result, fixture->work.result_length);
	fixture->workload->describe(totals, json, sizeof json);
	assert_non_null(strstr(json, "\"damaged\":1"));
	free(totals);
	free(file.data);
}

static void limits_are_named_with_their_options(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 200, 100);
	set(fixture, "max-pixels", "19999");
	assert_refused(fixture, "in.jpg", ERR_PERMANENT, "--max-pixels");
	set(fixture, "max-pixels", "20000");
	set(fixture, "max-side", "199");
	assert_refused(fixture, "in.jpg", ERR_PERMANENT, "--max-side");
	set(fixture, "max-side", "200");
	set(fixture, "max-bytes", "100");
	assert_refused(fixture, "in.jpg", ERR_PERMANENT, "--max-bytes");
	set(fixture, "max-bytes", "1M");
	assert_int_equal(run(fixture, "in.jpg", "o.jpg"), 0);
}

static void a_slot_that_is_too_small_is_the_machines_fault(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 400, 300);
	fixture->slots[0].size = 256 << 10;
	assert_refused(fixture, "in.jpg", ERR_TRANSIENT, "--slot-size");
}

static void memory_is_asked_for_before_decoding(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 400, 300);
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_READ), 0);
	assert_true(fixture->admitted >= 2 * 400 * 300 * 3);
}

static void an_abandoned_item_stops_without_a_verdict(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 1000, 1000);
	set(fixture, "max", "500");
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_READ), 0);
	fixture->work.calls = &cancelling;
	assert_int_equal(run_stages(fixture, IMAGES_DECODE, IMAGES_WRITE), -1);
	assert_int_equal(fixture->err.kind, ERR_TRANSIENT);
}

static void a_stage_refuses_what_another_stage_left(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 40, 30);
	begin(fixture, "in.jpg", "o.jpg");
	assert_int_equal(run_stages(fixture, IMAGES_READ, IMAGES_DECODE), 0);
	for (unsigned i = 0; i < IMAGES_STAGES; i++) {
		if (i == IMAGES_RESIZE || i == IMAGES_READ)
			continue;
		assert_int_equal(run_stages(fixture, i, i), -1);
		assert_int_equal(fixture->err.kind, ERR_TRANSIENT);
		assert_non_null(strstr(fixture->err.text, "record is damaged"));
	}
	memset(fixture->slots[0].base, 0, SLOT_HEADER_BYTES);
	assert_int_equal(run_stages(fixture, IMAGES_RESIZE, IMAGES_RESIZE), -1);
}

/* Change each number of the record in turn to something absurd, before each stage. */
static void a_damaged_record_never_leads_out_of_the_slot(void **state)
{
	static const uint32_t absurd[] = {0, 1, 0x7fffffff, 0xffffffff, 65536};
	struct fixture *fixture = *state;
	unsigned refused = 0;

	make_jpeg("in.jpg", 40, 30);
	set(fixture, "max", "16");
	set(fixture, "thumb", "8");
	set(fixture, "patch", "centre");
	for (unsigned stage = IMAGES_DECODE; stage < IMAGES_STAGES; stage++) {
		for (size_t at = 0; at < sizeof(struct images_record); at += sizeof(uint32_t)) {
			unsigned char *record;
			size_t bytes;

			begin(fixture, "in.jpg", "o.jpg");
			assert_int_equal(run_stages(fixture, IMAGES_READ, stage - 1), 0);
			record = slot_memory_get(fixture->work.memory, IMAGES_META, &bytes);
			memcpy(record + at, &absurd[(at / 4 + stage) % 5], sizeof absurd[0]);
			if (run_stages(fixture, stage, IMAGES_WRITE) != 0) {
				refused++;
				assert_int_not_equal(fixture->err.kind, ERR_NONE);
			}
		}
	}
	assert_true(refused > 100);
}

static void what_was_no_image_when_it_was_listed_is_not_written(void **state)
{
	struct fixture *fixture = *state;

	make_jpeg("in.jpg", 40, 30);
	assert_int_equal(run(fixture, "in.jpg", ""), -1);
	assert_int_equal(fixture->err.kind, ERR_TRANSIENT);
	write_file("in.jpg", "text", 4);
	assert_int_equal(run(fixture, "in.jpg", ""), -1);
	assert_int_equal(fixture->err.kind, ERR_SKIP);
}

static void sweeping_removes_what_a_killed_writer_left(void **state)
{
	struct fixture *fixture = *state;

	assert_int_equal(mkdir("out", 0700) | mkdir("out/a", 0700), 0);
	write_file("out/a/.imgtop-test-7", "x", 1);
	write_file("out/a/.imgtop-test-7-thumb", "x", 1);
	write_file("out/a/.imgtop-test-71", "x", 1);
	fixture->workload->sweep(&fixture->config, "in.jpg", "a/o.jpg", 7, 7);
	assert_false(exists("out/a/.imgtop-test-7"));
	assert_false(exists("out/a/.imgtop-test-7-thumb"));
	assert_true(exists("out/a/.imgtop-test-71"));
}

static void every_entry_of_the_option_table_is_complete(void **state)
{
	struct fixture *fixture = *state;

	for (size_t i = 0; i < fixture->workload->noptions; i++) {
		const struct option_spec *spec = &fixture->workload->options[i];

		assert_non_null(spec->name);
		assert_non_null(spec->help);
		assert_true(spec->kind == OPTION_FLAG || spec->argument != NULL);
		assert_true(spec->kind != OPTION_CHOICE || spec->choices != NULL);
	}
	assert_int_equal(fixture->options.max.width_px, 1920);
	assert_int_equal(fixture->options.max_bytes, 512 << 20);
}

int main(void)
{
#define WITH_SLOT(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		WITH_SLOT(a_picture_is_fitted_into_the_box),
		WITH_SLOT(a_small_picture_is_not_enlarged),
		WITH_SLOT(a_turned_picture_comes_out_upright),
		WITH_SLOT(metadata_is_stripped_unless_it_shall_be_kept),
		WITH_SLOT(a_thumb_is_written_beside_and_knows_nothing_of_the_patch),
		WITH_SLOT(a_thumb_of_a_picture_that_is_not_resized_is_not_patched_either),
		WITH_SLOT(a_patch_outside_of_the_picture_changes_nothing_and_warns),
		WITH_SLOT(options_reach_the_encoder),
		WITH_SLOT(transparency_shows_the_background),
		WITH_SLOT(a_slot_that_moves_between_stages_gives_the_same_bytes),
		WITH_SLOT(what_a_slot_held_before_does_not_show),
		WITH_SLOT(regions_are_released_when_no_later_stage_needs_them),
		WITH_SLOT(results_are_summed_up),
		WITH_SLOT(only_regular_files_are_read_and_nothing_blocks),
		WITH_SLOT(a_file_that_cannot_be_opened_fails_and_says_why),
		WITH_SLOT(what_is_no_image_by_its_first_bytes_is_skipped),
		WITH_SLOT(a_cut_file_fails_and_writes_nothing),
		WITH_SLOT(tolerated_damage_is_written_and_counted),
		WITH_SLOT(limits_are_named_with_their_options),
		WITH_SLOT(a_slot_that_is_too_small_is_the_machines_fault),
		WITH_SLOT(memory_is_asked_for_before_decoding),
		WITH_SLOT(an_abandoned_item_stops_without_a_verdict),
		WITH_SLOT(a_stage_refuses_what_another_stage_left),
		WITH_SLOT(a_damaged_record_never_leads_out_of_the_slot),
		WITH_SLOT(what_was_no_image_when_it_was_listed_is_not_written),
		WITH_SLOT(sweeping_removes_what_a_killed_writer_left),
		WITH_SLOT(every_entry_of_the_option_table_is_complete),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
