/*
 * mime_test.c - types by first bytes, beside what libmagic says of the same bytes.
 *
 * Where libmagic says something else, the table of samples tells what and why. A libmagic that has
 * come to agree, or that does not know a type at all, is right as well.
 */
#include "config.h"

#include "media/mime.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#ifdef HAVE_LIBMAGIC
#include <magic.h>
#endif

#include "base/walk.h"
#include "media_files.h"

enum { SAMPLE_BYTES = 4096 };

/* The first bytes of a file; zeros follow. */
struct sample {
	const char *ours;
	const char *bytes;
	size_t length;
	const char *magic; /* what libmagic says instead; NULL = the same */
	const char *why;
};

static const char registered[] = "IANA has ours and calls theirs a deprecated alias";
static const char common[] =
	"none is registered; ours says who made it, like those of all raw files";
static const char by_directory[] = "libmagic does not look into the first directory";
static const char by_codec[] = "libmagic goes by one brand, which it takes to say HEIF and no more";
static const char no_sound[] = "the brand is that of videos of Sony's";

static const struct sample samples[] = {
	{"image/jpeg", "\xff\xd8\xff\xe0\0\x10JFIF\0\1\1", 13, NULL, NULL},
	{"image/gif", "GIF87a\1\0\1\0", 10, NULL, NULL},
	{"image/gif", "GIF89a\1\0\1\0", 10, NULL, NULL},
	{"image/bmp", "BM\x1a\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0\1\0\0\0\1\0\0\0\1\0\x18\0", 30,
	 NULL, NULL},
	{"image/tiff", "II+\0\10\0\0\0\20\0\0\0\0\0\0\0", 16, NULL, NULL},
	{"image/x-canon-cr2", "II*\0\x10\0\0\0CR\2\0", 12, NULL, NULL},
	{"image/x-olympus-orf", "IIRO\10\0\0\0", 8, NULL, NULL},
	{"image/x-olympus-orf", "IIRS\10\0\0\0", 8, NULL, NULL},
	{"image/x-olympus-orf", "MMOR\0\0\0\10", 8, NULL, NULL},
	{"image/x-panasonic-rw2", "IIU\0\x18\0\0\0\x88\xe7\x74\xd8", 12, NULL, NULL},
	{"image/x-canon-crw", "II\x1a\0\0\0HEAPCCDR\2\0\1\0", 18, NULL, NULL},
	{"image/x-minolta-mrw", "\0MRM\0\0\1\0", 8, NULL, NULL},
	{"image/x-sigma-x3f", "FOVb\0\0\2\0", 8, "image/x-x3f", common},
	{"image/x-adobe-dng",
	 "II*\0\10\0\0\0\2\0\xfe\0\4\0\1\0\0\0\1\0\0\0\x12\xc6\1\0\4\0\0\0\1\4\0\0", 34,
	 "image/tiff", by_directory},
	{"image/jxl", "\xff\x0a\xfa\x1f\x41", 5, NULL, NULL},
	{"image/jxl",
	 "\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14"
	 "ftypjxl \0\0\0\0jxl ",
	 32, NULL, NULL},
	{"image/jp2",
	 "\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14"
	 "ftypjp2 \0\0\0\0jp2 ",
	 32, NULL, NULL},
	{"image/vnd.adobe.photoshop", "8BPS\0\1\0\0\0\0\0\0\0\3\0\0\0\1\0\0\0\1\0\10\0\3", 26, NULL,
	 NULL},
	{"image/vnd.microsoft.icon", "\0\0\1\0\1\0\x20\x20\0\0\1\0\x20\0\xa8\x10\0\0\x16\0\0\0", 22,
	 NULL, NULL},
	{"image/heic",
	 "\0\0\0\x18"
	 "ftypheic\0\0\0\0mif1heic",
	 24, NULL, NULL},
	{"image/heic",
	 "\0\0\0\x18"
	 "ftypheix\0\0\0\0mif1heix",
	 24, NULL, NULL},
	{"image/heic",
	 "\0\0\0\x18"
	 "ftypheim\0\0\0\0mif1heim",
	 24, "image/heif", by_codec},
	{"image/heic",
	 "\0\0\0\x18"
	 "ftypheis\0\0\0\0mif1heis",
	 24, "image/heif", by_codec},
	{"image/heic-sequence",
	 "\0\0\0\x18"
	 "ftyphevc\0\0\0\0msf1hevc",
	 24, NULL, NULL},
	{"image/heif",
	 "\0\0\0\x14"
	 "ftypmif1\0\0\0\0mif1",
	 20, NULL, NULL},
	{"image/heif-sequence",
	 "\0\0\0\x14"
	 "ftypmsf1\0\0\0\0msf1",
	 20, NULL, NULL},
	{"image/heic",
	 "\0\0\0\x18"
	 "ftypmif1\0\0\0\0mif1heic",
	 24, "image/heif", by_codec},
	{"image/avif",
	 "\0\0\0\x18"
	 "ftypmif1\0\0\0\0miafavif",
	 24, "image/heif", by_codec},
	{"image/avif",
	 "\0\0\0\x1c"
	 "ftypavif\0\0\0\0avifmif1miaf",
	 28, NULL, NULL},
	{"image/avif",
	 "\0\0\0\x1c"
	 "ftypavis\0\0\0\0avismsf1miaf",
	 28, NULL, NULL},
	{"image/x-canon-cr3",
	 "\0\0\0\x18"
	 "ftypcrx \0\0\0\1crx isom",
	 24, NULL, NULL},
	{"video/mp4",
	 "\0\0\0\x18"
	 "ftypmp42\0\0\0\0mp42isom",
	 24, NULL, NULL},
	{"video/mp4",
	 "\0\0\0\x18"
	 "ftypisom\0\0\2\0isomavc1",
	 24, NULL, NULL},
	{"video/mp4",
	 "\0\0\0\x18"
	 "ftypiso5\0\0\2\0iso5dash",
	 24, NULL, NULL},
	{"video/mp4",
	 "\0\0\0\x18"
	 "ftypavc1\0\0\0\0avc1isom",
	 24, NULL, NULL},
	{"video/mp4",
	 "\0\0\0\x18"
	 "ftypMSNV\0\0\0\0MSNVisom",
	 24, "audio/mp4", no_sound},
	{"video/mp4",
	 "\0\0\0\x18"
	 "ftypXAVC\0\0\0\0XAVCmp42",
	 24, NULL, NULL},
	{"video/x-m4v",
	 "\0\0\0\x18"
	 "ftypM4V \0\0\0\1M4V mp42",
	 24, NULL, NULL},
	{"video/3gpp",
	 "\0\0\0\x18"
	 "ftyp3gp4\0\0\2\0"
	 "3gp4isom",
	 24, NULL, NULL},
	{"video/3gpp",
	 "\0\0\0\x18"
	 "ftyp3gp5\0\0\1\0"
	 "3gp5isom",
	 24, NULL, NULL},
	{"video/3gpp2",
	 "\0\0\0\x18"
	 "ftyp3g2a\0\1\0\0"
	 "3g2aisom",
	 24, NULL, NULL},
	{"video/quicktime",
	 "\0\0\0\x14"
	 "ftypqt  \0\0\2\0qt  ",
	 20, NULL, NULL},
	{"video/quicktime",
	 "\0\0\0\x6c"
	 "moov\0\0\0\x64mvhd",
	 16, NULL, NULL},
	{"video/quicktime",
	 "\0\1\0\x08"
	 "mdat\0\0\0\0\0\0\0\0",
	 16, NULL, NULL},
	{"video/quicktime",
	 "\0\0\0\x08"
	 "wide\0\1\0\0mdat",
	 16, NULL, NULL},
	{"video/webm",
	 "\x1a\x45\xdf\xa3\x9f\x42\x86\x81\1\x42\xf7\x81\1\x42\xf2\x81\4\x42\xf3\x81"
	 "\10\x42\x82\x84webm\x42\x87\x81\4\x42\x85\x81\2",
	 36, NULL, NULL},
	{"video/matroska",
	 "\x1a\x45\xdf\xa3\xa3\x42\x86\x81\1\x42\xf7\x81\1\x42\xf2\x81\4\x42\xf3\x81\10\x42\x82\x88"
	 "matroska\x42\x87\x81\4\x42\x85\x81\2",
	 40, "video/x-matroska", registered},
	{"video/x-msvideo", "RIFF\0\1\0\0AVI LIST", 16, NULL, NULL},
	{"video/x-ms-asf", "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c", 16,
	 NULL, NULL},
	{"video/x-flv", "FLV\1\5\0\0\0\x09", 9, NULL, NULL},
	{"video/ogg", "OggS\0\2\0\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\1\x2a\x80theora\3\2\1", 38,
	 NULL, NULL},
	{"video/mpeg", "\0\0\1\xba\x44\0\4\0\4\1", 10, NULL, NULL},
	{"video/mpeg", "\0\0\1\xb3\x16\0\xf0\x15", 8, NULL, NULL},
};

#ifdef HAVE_LIBMAGIC
static magic_t open_magic(void)
{
	magic_t magic = magic_open(MAGIC_MIME_TYPE);

	assert_non_null(magic);
	if (magic_load(magic, NULL) != 0)
		fail_msg("libmagic: %s", magic_error(magic));
	return magic;
}

/* What libmagic says must be what we say, or nothing, or what the sample gives a reason for. */
static bool agrees(magic_t magic, const unsigned char *bytes, size_t length, const char *other)
{
	const char *ours = mime_name(mime_sniff(bytes, length));
	const char *theirs = magic_buffer(magic, bytes, length);

	if (strcmp(ours, theirs) == 0 || strcmp(theirs, "application/octet-stream") == 0 ||
	    (other != NULL && strcmp(theirs, other) == 0))
		return true;
	print_error("ours: %s, libmagic: %s\n", ours, theirs);
	return false;
}
#endif

static void all_signatures_are_known(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		unsigned char bytes[SAMPLE_BYTES] = {0};

		memcpy(bytes, samples[i].bytes, samples[i].length);
		assert_string_equal(mime_name(mime_sniff(bytes, sizeof bytes)), samples[i].ours);
		assert_true((samples[i].magic == NULL) == (samples[i].why == NULL));
	}
}

static void libmagic_says_the_same_of_all_signatures_or_the_table_says_why(void **state)
{
	(void)state;
#ifdef HAVE_LIBMAGIC
	magic_t magic = open_magic();

	for (size_t i = 0; i < sizeof samples / sizeof samples[0]; i++) {
		unsigned char bytes[SAMPLE_BYTES] = {0};

		memcpy(bytes, samples[i].bytes, samples[i].length);
		if (!agrees(magic, bytes, sizeof bytes, samples[i].magic))
			fail_msg("sample %zu: %s", i, samples[i].ours);
	}
	magic_close(magic);
#else
	print_message("# built without libmagic (libmagic-dev)\n");
	skip();
#endif
}

static void libmagic_says_the_same_of_files_made_here(void **state)
{
	struct blob exif = make_exif_block(&full_recipe);
	struct {
		struct blob file;
		const char *mime;
	} made[] = {
		{make_jpeg_file(&exif, 1000), "image/jpeg"},
		{make_png_file(&exif, true), "image/png"},
		{make_webp_file(&exif), "image/webp"},
		{make_heic_file(&exif), "image/heic"},
		{make_tiff_file(&full_recipe), "image/tiff"},
		{make_raf_file(&exif), "image/x-fuji-raf"},
		{make_cr3_file(&full_recipe), "image/x-canon-cr3"},
		{make_movie_file("qt  ", 0, 90, true), "video/quicktime"},
		{make_movie_file("mp42", 0, 0, false), "video/mp4"},
	};
#ifdef HAVE_LIBMAGIC
	magic_t magic = open_magic();
#endif

	(void)state;
	for (size_t i = 0; i < sizeof made / sizeof made[0]; i++) {
		const struct blob *file = &made[i].file;

		assert_string_equal(mime_name(mime_sniff(file->bytes, file->length)), made[i].mime);
#ifdef HAVE_LIBMAGIC
		assert_true(agrees(magic, file->bytes, file->length, NULL));
#endif
		blob_free(&made[i].file);
	}
#ifdef HAVE_LIBMAGIC
	magic_close(magic);
#endif
	blob_free(&exif);
}

#ifdef HAVE_LIBMAGIC
struct photos {
	magic_t magic;
	unsigned known;
	bool differ;
};

static bool look_at_folder(void *context, const struct walk_folder *folder)
{
	struct photos *photos = context;

	for (size_t i = 0; i < folder->count; i++) {
		static unsigned char bytes[MIME_SNIFF_BYTES];
		char path[4096];
		ssize_t got;
		int fd;

		if (folder->entries[i].kind != WALK_FILE)
			continue;
		snprintf(path, sizeof path, "%s/%s", folder->path, folder->entries[i].name);
		fd = open(path, O_RDONLY);
		assert_true(fd >= 0);
		got = read(fd, bytes, sizeof bytes);
		close(fd);
		assert_true(got >= 0);
		if (mime_sniff(bytes, (size_t)got) == 0)
			continue;
		photos->known++;
		/* The one of its reasons that photographs have: see by_codec. */
		if (!agrees(photos->magic, bytes, (size_t)got, "image/heif")) {
			print_error("%s\n", path);
			photos->differ = true;
		}
	}
	return true;
}

static bool pass_over(void *context, const char *path, const char *relative, const struct err *err)
{
	(void)context;
	(void)path;
	(void)relative;
	(void)err;
	return true;
}
#endif

static void libmagic_says_the_same_of_photographs(void **state)
{
	const char *root = getenv("IMGTOP_PHOTOS");

	(void)state;
	if (root == NULL) {
		print_message("# IMGTOP_PHOTOS names no photographs\n");
		skip();
	}
#ifdef HAVE_LIBMAGIC
	struct photos photos = {.magic = open_magic()};
	struct walk_calls calls = {
		.list = look_at_folder, .unreadable = pass_over, .context = &photos};

	walk_tree(root, &calls);
	magic_close(photos.magic);
	assert_false(photos.differ);
	assert_true(photos.known > 0);
#else
	print_message("# built without libmagic (libmagic-dev)\n");
	skip();
#endif
}

static void what_is_no_media_file_is_told_from_it(void **state)
{
	static const char texts[][64] = {
		"B",
		"BM is not always a bitmap, but may begin a sentence",
		"the free software foundation",
		"IIII",
		"RIFF\0\0\0\0WAVEfmt ",
		"{\"title\": \"IMG_0001.JPG\"}",
		"%PDF-1.7\n",
		"GIF88a",
		"\0\0\0\x14"
		"ftypM4A \0\0\0\0M4A ",
	};

	(void)state;
	assert_int_equal(mime_sniff("", 0), 0);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		assert_string_equal(mime_name(mime_sniff(texts[i], sizeof texts[i])),
				    "application/octet-stream");
}

static void transport_streams_are_known_by_their_packets(void **state)
{
	(void)state;
	for (unsigned i = 0; i < 2; i++) {
		size_t size = i == 0 ? 188 : 192;
		unsigned char bytes[1000] = {0};

		for (size_t at = i == 0 ? 0 : 4; at < sizeof bytes; at += size)
			bytes[at] = 0x47;
		assert_string_equal(mime_name(mime_sniff(bytes, sizeof bytes)), "video/mp2t");
		bytes[(i == 0 ? 0 : 4) + size] = 0;
		assert_int_equal(mime_sniff(bytes, sizeof bytes), 0);
	}
}

static void every_number_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(mime_name(0), "application/octet-stream");
	assert_string_equal(mime_name(100000), "application/octet-stream");
	assert_int_equal(mime_class(0), MIME_CLASS_UNKNOWN);
	assert_int_equal(mime_container(100000), MIME_CONTAINER_NONE);
	for (unsigned i = 1; strcmp(mime_name(i), mime_name(0)) != 0; i++) {
		assert_non_null(strchr(mime_name(i), '/'));
		assert_int_not_equal(mime_class(i), MIME_CLASS_UNKNOWN);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_signatures_are_known),
		cmocka_unit_test(libmagic_says_the_same_of_all_signatures_or_the_table_says_why),
		cmocka_unit_test(libmagic_says_the_same_of_files_made_here),
		cmocka_unit_test(libmagic_says_the_same_of_photographs),
		cmocka_unit_test(what_is_no_media_file_is_told_from_it),
		cmocka_unit_test(transport_streams_are_known_by_their_packets),
		cmocka_unit_test(every_number_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
