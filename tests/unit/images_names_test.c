/*
 * images_names_test.c - what the outputs of one folder are called.
 */
#include "config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "workload/images_names.h"

enum { MOST = 16 };

/* A folder: names as written, "/" at the end of sub-folders, "#" at the end of what is no image. */
struct folder {
	const char *listed[MOST];
	const char *expected[MOST]; /* "" = none */
	const char *suffix;
	bool thumb;
	unsigned sniffed;
	size_t count;
	struct images_name names[MOST];
};

static bool is_image(void *context, size_t index)
{
	struct folder *folder = context;

	folder->sniffed++;
	return strchr(folder->listed[index], '#') == NULL;
}

static void decide(struct folder *folder)
{
	struct images_names_rules rules = {.suffix = folder->suffix ? folder->suffix : "",
					   .thumb = folder->thumb,
					   .is_image = is_image,
					   .context = folder};

	for (folder->count = 0; folder->listed[folder->count] != NULL; folder->count++) {
		const char *listed = folder->listed[folder->count];
		struct images_name *name = &folder->names[folder->count];

		name->name = mem_strndup(listed, strcspn(listed, "/#"));
		name->folder = strchr(listed, '/') != NULL;
	}
	images_names_decide(folder->names, folder->count, &rules);
}

static void release(struct folder *folder)
{
	for (size_t i = 0; i < folder->count; i++) {
		free((char *)(uintptr_t)folder->names[i].name);
		free(folder->names[i].output);
	}
}

static void expect(struct folder folder)
{
	decide(&folder);
	for (size_t i = 0; i < folder.count; i++)
		assert_string_equal(folder.names[i].output ? folder.names[i].output : "",
				    folder.expected[i]);
	release(&folder);
}

static void an_extension_is_replaced(void **state)
{
	(void)state;
	expect((struct folder){
		.listed = {"photo.png", "other.JPEG", "plain", ".hidden", "two.dots.jpg", "end."},
		.expected = {"photo.jpg", "other.jpg", "plain.jpg", ".hidden.jpg", "two.dots.jpg",
			     "end.jpg"}});
}

static void inputs_that_collide_all_keep_their_full_name(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.png", "a.jpg", "A.JPEG", "b.png"},
			       .expected = {"a.png.jpg", "a.jpg.jpg", "A.JPEG.jpg", "b.jpg"}});
}

static void a_collision_with_a_kept_name_is_solved_as_well(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.png", "a.jpg", "a.png.jpg"},
			       .expected = {"a.png.jpg", "a.jpg.jpg", "a.png.jpg.jpg"}});
	expect((struct folder){
		.listed = {"a.png", "a.jpg", "a.png.jpg", "a.png.jpg.jpg"},
		.expected = {"a.png.jpg", "a.jpg.jpg", "a.png.jpg.jpg", "a.png.jpg.jpg.jpg"}});
}

static void the_order_of_the_list_does_not_matter(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.png.jpg", "a.jpg", "a.png"},
			       .expected = {"a.png.jpg.jpg", "a.jpg.jpg", "a.png.jpg"}});
	expect((struct folder){.listed = {"a.jpg", "a.png.jpg", "a.png"},
			       .expected = {"a.jpg.jpg", "a.png.jpg.jpg", "a.png.jpg"}});
}

static void names_that_differ_in_case_alone_collide(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"Photo.png", "photo.jpg"},
			       .expected = {"Photo.png.jpg", "photo.jpg.jpg"}});
}

static void full_names_that_differ_in_case_alone_are_let_through(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.jpg", "A.JPG"},
			       .expected = {"a.jpg.jpg", "A.JPG.jpg"}});
	expect((struct folder){.listed = {"a.jpg", "A.JPG", "a.jpg.png"},
			       .expected = {"a.jpg.jpg", "A.JPG.jpg", "a.jpg.png.jpg"}});
}

static void a_sub_folder_takes_part(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.jpg/", "a.png"}, .expected = {"", "a.png.jpg"}});
	expect((struct folder){.listed = {"a.jpg/", "a.png.jpg/", "a.png"},
			       .expected = {"", "", "a.png.jpg.jpg"}});
	expect((struct folder){.listed = {"A.JPG/", "a.jpg/", "a/"}, .expected = {"", "", ""}});
}

static void what_is_no_image_does_not_push_an_image_aside(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"photo.jpg", "photo.txt#"},
			       .expected = {"photo.jpg", ""}});
	expect((struct folder){.listed = {"a.txt#", "a.xmp#"}, .expected = {"", ""}});
}

static void files_that_do_not_collide_are_never_opened(void **state)
{
	struct folder folder = {.listed = {"a.png", "b.txt#", "c.jpg", "d/", "e.png", "e.jpg"}};

	(void)state;
	decide(&folder);
	assert_int_equal(folder.sniffed, 2);
	assert_string_equal(folder.names[1].output, "b.jpg");
	release(&folder);
}

static void a_file_is_opened_once_however_often_it_collides(void **state)
{
	struct folder folder = {.listed = {"a.png", "a.jpg", "a.png.jpg", "a.txt#"}};

	(void)state;
	decide(&folder);
	assert_int_equal(folder.sniffed, 4);
	release(&folder);
}

static void thumbs_take_part(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.png", "a.thumb.png"},
			       .expected = {"a.png.jpg", "a.thumb.png.jpg"},
			       .thumb = true});
	expect((struct folder){.listed = {"a.png", "a.thumb.png"},
			       .expected = {"a.jpg", "a.thumb.jpg"}});
	expect((struct folder){
		.listed = {"a.thumb.jpg/", "a.png"}, .expected = {"", "a.png.jpg"}, .thumb = true});
}

static void who_collides_twice_rises_once(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.png", "a.jpg", "A.JPEG"},
			       .expected = {"a.png.jpg", "a.jpg.jpg", "A.JPEG.jpg"},
			       .thumb = true});
	expect((struct folder){.listed = {"a.png", "a.jpg", "a.png.jpg"},
			       .expected = {"a.png.jpg", "a.jpg.jpg", "a.png.jpg.jpg"},
			       .thumb = true});
}

static void a_thumb_may_collide_with_a_full_name(void **state)
{
	(void)state;
	/* Without extensions the thumb of "a" and the output of "a.thumb" meet on the full names,
	 * too. */
	expect((struct folder){.listed = {"a", "a.thumb"},
			       .expected = {"a.jpg.jpg", "a.thumb.jpg.jpg"},
			       .thumb = true});
}

static void a_suffix_stands_before_the_extension(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"a.png", "b.png", "b.jpg"},
			       .expected = {"a-small.jpg", "b.png-small.jpg", "b.jpg-small.jpg"},
			       .suffix = "-small"});
}

static void a_name_that_would_grow_too_long_gets_none(void **state)
{
	char fits[256];
	char grows[256];
	struct folder folder = {.listed = {fits, grows}};

	(void)state;
	memset(fits, 'f', 255);
	memcpy(fits + 251, ".png", 5);
	memset(grows, 'g', 255);
	memcpy(grows + 252, ".gi", 4);
	decide(&folder);
	assert_int_equal(folder.names[0].state, IMAGES_NAME_GIVEN);
	assert_int_equal(strlen(folder.names[0].output), 255);
	assert_int_equal(folder.names[1].state, IMAGES_NAME_TOO_LONG);
	assert_null(folder.names[1].output);
	release(&folder);

	folder.thumb = true;
	decide(&folder);
	assert_int_equal(folder.names[0].state, IMAGES_NAME_TOO_LONG);
	release(&folder);
}

static void collisions_of_longest_names_come_to_an_end(void **state)
{
	char first[256];
	char second[256];
	struct folder folder = {.listed = {first, second}};

	(void)state;
	memset(first, 'x', 255);
	memcpy(first + 251, ".png", 5);
	memset(second, 'x', 255);
	memcpy(second + 251, ".gif", 5);
	decide(&folder);
	assert_int_equal(folder.names[0].state, IMAGES_NAME_TOO_LONG);
	assert_int_equal(folder.names[1].state, IMAGES_NAME_TOO_LONG);
	release(&folder);
}

static void names_are_bytes(void **state)
{
	(void)state;
	expect((struct folder){.listed = {"\xff\xfe.png", "line\nbreak.png", "\xc3\x84.png"},
			       .expected = {"\xff\xfe.jpg", "line\nbreak.jpg", "\xc3\x84.jpg"}});
}

/* Names over a small alphabet collide in every way there is. */
static void random_name(unsigned *seed, char *name)
{
	static const char *const parts[] = {"a", "A", ".jpg", ".png", ".thumb", "b"};
	unsigned pieces = 1 + *seed % 4;

	name[0] = '\0';
	for (unsigned i = 0; i < pieces; i++) {
		*seed = *seed * 1664525u + 1013904223u;
		strcat(name, parts[(*seed >> 16) % 6]);
	}
}

static bool any_equal(char *const *texts, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		for (size_t j = i + 1; j < count; j++) {
			if (strcmp(texts[i], texts[j]) == 0)
				return true;
		}
	}
	return false;
}

static void whatever_the_names_no_two_outputs_are_equal(void **state)
{
	unsigned seed = 7;

	(void)state;
	for (unsigned round = 0; round < 2000; round++) {
		char names[8][64];
		const char *listed[9] = {NULL};
		char *outputs[16];
		size_t noutputs = 0;
		struct folder folder = {.thumb = true};
		size_t count = 0;

		for (unsigned i = 0; i < 8; i++) {
			bool known = false;

			random_name(&seed, names[count]);
			for (size_t j = 0; j < count; j++)
				known = known || strcmp(names[j], names[count]) == 0;
			if (!known) {
				listed[count] = names[count];
				count++;
			}
		}
		memcpy(folder.listed, listed, sizeof listed);
		decide(&folder);
		for (size_t i = 0; i < count; i++) {
			assert_non_null(folder.names[i].output);
			outputs[noutputs++] = mem_strdup(folder.names[i].output);
			outputs[noutputs++] = images_names_thumb(folder.names[i].output);
		}
		assert_false(any_equal(outputs, noutputs));
		while (noutputs > 0)
			free(outputs[--noutputs]);
		release(&folder);
	}
}

static void a_thumb_stands_beside_its_output(void **state)
{
	char *thumb = images_names_thumb("a.b/c.jpg");

	(void)state;
	assert_string_equal(thumb, "a.b/c.thumb.jpg");
	free(thumb);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_extension_is_replaced),
		cmocka_unit_test(inputs_that_collide_all_keep_their_full_name),
		cmocka_unit_test(a_collision_with_a_kept_name_is_solved_as_well),
		cmocka_unit_test(the_order_of_the_list_does_not_matter),
		cmocka_unit_test(names_that_differ_in_case_alone_collide),
		cmocka_unit_test(full_names_that_differ_in_case_alone_are_let_through),
		cmocka_unit_test(a_sub_folder_takes_part),
		cmocka_unit_test(what_is_no_image_does_not_push_an_image_aside),
		cmocka_unit_test(files_that_do_not_collide_are_never_opened),
		cmocka_unit_test(a_file_is_opened_once_however_often_it_collides),
		cmocka_unit_test(thumbs_take_part),
		cmocka_unit_test(who_collides_twice_rises_once),
		cmocka_unit_test(a_thumb_may_collide_with_a_full_name),
		cmocka_unit_test(a_suffix_stands_before_the_extension),
		cmocka_unit_test(a_name_that_would_grow_too_long_gets_none),
		cmocka_unit_test(collisions_of_longest_names_come_to_an_end),
		cmocka_unit_test(names_are_bytes),
		cmocka_unit_test(whatever_the_names_no_two_outputs_are_equal),
		cmocka_unit_test(a_thumb_stands_beside_its_output),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
