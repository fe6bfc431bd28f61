/*
 * scan_pair.c - which names are the still and the video of one live photograph.
 *
 * Telephones write a still and a short video of the same stem; Pixels call the video stem.MP and
 * the still stem.MP.jpg, older ones stem.MV.
 */
#include "config.h"

#include "workload/scan_pair.h"

#include <string.h>
#include <strings.h>

static const char *const stills[] = {
	"jpg", "jpeg", "jpe", "png", "gif", "webp", "heic", "heif", "avif", "tif", "tiff", "bmp",
	"dng", "cr2",  "cr3", "crw", "nef", "nrw",  "arw",  "srf",  "sr2",  "orf", "rw2",  "raf",
	"srw", "pef",  "raw", "3fr", "erf", "kdc",  "mrw",  "x3f",  "jxl",  "hif", NULL};
static const char *const videos[] = {"mp4",  "mov",  "m4v", "3gp", "3g2",  "mkv", "avi", "webm",
				     "mpg",  "mpeg", "wmv", "mts", "m2ts", "mod", "tod", "asf",
				     "divx", "mmv",  "mp",  "mv",  "mp~2", NULL};
static const char *const motions[] = {"mp", "mv", "mp~2", NULL};

static bool is_one_of(const char *const *list, const char *extension, size_t length)
{
	for (; *list != NULL; list++) {
		if (strlen(*list) == length && strncasecmp(*list, extension, length) == 0)
			return true;
	}
	return false;
}

/* Where the last dot of the first `length` bytes stands; `length` when there is none but the first
 * byte. */
static size_t stem(const char *name, size_t length)
{
	for (size_t i = length; i > 1; i--) {
		if (name[i - 1] == '.')
			return i - 1;
	}
	return length;
}

enum scan_name_kind scan_name_kind(const char *name)
{
	size_t length = strlen(name);
	size_t dot = stem(name, length);

	if (dot == length)
		return SCAN_NAME_OTHER;
	if (is_one_of(stills, name + dot + 1, length - dot - 1))
		return SCAN_NAME_STILL;
	return is_one_of(videos, name + dot + 1, length - dot - 1) ? SCAN_NAME_VIDEO
								   : SCAN_NAME_OTHER;
}

size_t scan_pair_key(const char *name)
{
	size_t length = strlen(name);
	size_t dot = stem(name, length);
	size_t inner;

	if (scan_name_kind(name) == SCAN_NAME_OTHER)
		return length;
	inner = stem(name, dot);
	if (inner < dot && is_one_of(motions, name + inner + 1, dot - inner - 1))
		return inner;
	return dot;
}

int scan_pair_compare(const char *a, const char *b)
{
	return scan_pair_compare_keys(a, scan_pair_key(a), b, scan_pair_key(b));
}

int scan_pair_compare_keys(const char *a, size_t a_key, const char *b, size_t b_key)
{
	int order = memcmp(a, b, a_key < b_key ? a_key : b_key);

	if (order == 0 && a_key != b_key)
		order = a_key < b_key ? -1 : 1;
	return order != 0 ? order : strcmp(a, b);
}

bool scan_pair_same(const char *a, const char *b)
{
	size_t key = scan_pair_key(a);

	return key == scan_pair_key(b) && memcmp(a, b, key) == 0;
}
