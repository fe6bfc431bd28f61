/*
 * takeout_folder_test.c - folders of years and JSON files of albums, by their names.
 */
#include "config.h"

#include "media/takeout_folder.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void folders_of_years_are_known_in_many_languages(void **state)
{
	(void)state;
	assert_int_equal(takeout_year_folder("Photos from 2019"), 2019);
	assert_int_equal(takeout_year_folder("Fotos von 2020"), 2020);
	assert_int_equal(takeout_year_folder("Photos de 1987"), 1987);
	assert_int_equal(takeout_year_folder("Foto da 2021"), 2021);
	assert_int_equal(takeout_year_folder("Zdjęcia z 2022"), 2022);
	assert_int_equal(takeout_year_folder("Zdje\u0328cia z 2022"), 2022); /* normal form D */
	assert_int_equal(takeout_year_folder("Φωτογραφίες από το 2018"), 2018);
	assert_int_equal(takeout_year_folder("2017 年の写真"), 2017);
	assert_int_equal(takeout_year_folder("Holidays 2019"), 0);
	assert_int_equal(takeout_year_folder("Photos from 20199"), 0);
	assert_int_equal(takeout_year_folder("Photos from 0019"), 0);
	assert_int_equal(takeout_year_folder("Photos from"), 0);
	assert_int_equal(takeout_year_folder(""), 0);
}

static void albums_are_known_by_their_json(void **state)
{
	(void)state;
	assert_true(takeout_album_json("metadata.json"));
	assert_true(takeout_album_json("metadata(2).json"));
	assert_true(takeout_album_json("Metadaten.json"));
	assert_true(takeout_album_json("métadonnées.json"));
	assert_true(takeout_album_json("me\u0301tadonne\u0301es.json"));
	assert_true(takeout_album_json("print-subscriptions.json"));
	assert_false(takeout_album_json("metadata.jpg.json"));
	assert_false(takeout_album_json("my metadata.json"));
	assert_false(takeout_album_json("metadata"));
	assert_false(takeout_album_json(".json"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(folders_of_years_are_known_in_many_languages),
		cmocka_unit_test(albums_are_known_by_their_json),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
