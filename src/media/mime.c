/*
 * mime.c - what a file is, by its first bytes.
 *
 * Four steps, each a table: signatures at fixed places; the brands of ISO media files (ISO/IEC
 * 14496-12: MP4, MOV, HEIF and their kin); the document type of Matroska; the first directory of
 * what looks like TIFF, which is a raw file when it says so.
 *
 * Names without a registration (raw formats, AVI, ASF, FLV, M4V) are those in common use.
 */
#include "config.h"

#include "media/mime.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/tiff.h"

enum mime_type {
	MIME_UNKNOWN,
	MIME_3GPP,
	MIME_3GPP2,
	MIME_ARW,
	MIME_ASF,
	MIME_AVI,
	MIME_AVIF,
	MIME_BMP,
	MIME_CR2,
	MIME_CR3,
	MIME_CRW,
	MIME_DNG,
	MIME_FLV,
	MIME_GIF,
	MIME_HEIC,
	MIME_HEICS,
	MIME_HEIF,
	MIME_HEIFS,
	MIME_ICO,
	MIME_JP2,
	MIME_JPEG,
	MIME_JXL,
	MIME_M4V,
	MIME_MATROSKA,
	MIME_MOV,
	MIME_MP4,
	MIME_MPEG,
	MIME_MPEG_TS,
	MIME_MRW,
	MIME_NEF,
	MIME_OGG,
	MIME_ORF,
	MIME_PEF,
	MIME_PNG,
	MIME_PSD,
	MIME_RAF,
	MIME_RW2,
	MIME_SRW,
	MIME_TIFF,
	MIME_WEBM,
	MIME_WEBP,
	MIME_X3F,
	MIME_TYPES,
};

static const struct {
	const char *name;
	enum mime_class class;
	enum mime_container container;
} types[MIME_TYPES] = {
	[MIME_UNKNOWN] = {"application/octet-stream", MIME_CLASS_UNKNOWN, MIME_CONTAINER_NONE},
	[MIME_3GPP] = {"video/3gpp", MIME_CLASS_VIDEO, MIME_CONTAINER_MOVIE},
	[MIME_3GPP2] = {"video/3gpp2", MIME_CLASS_VIDEO, MIME_CONTAINER_MOVIE},
	[MIME_ARW] = {"image/x-sony-arw", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_ASF] = {"video/x-ms-asf", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_AVI] = {"video/x-msvideo", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_AVIF] = {"image/avif", MIME_CLASS_IMAGE, MIME_CONTAINER_HEIF},
	[MIME_BMP] = {"image/bmp", MIME_CLASS_IMAGE, MIME_CONTAINER_BMP},
	[MIME_CR2] = {"image/x-canon-cr2", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_CR3] = {"image/x-canon-cr3", MIME_CLASS_RAW, MIME_CONTAINER_MOVIE},
	[MIME_CRW] = {"image/x-canon-crw", MIME_CLASS_RAW, MIME_CONTAINER_NONE},
	[MIME_DNG] = {"image/x-adobe-dng", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_FLV] = {"video/x-flv", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_GIF] = {"image/gif", MIME_CLASS_IMAGE, MIME_CONTAINER_GIF},
	[MIME_HEIC] = {"image/heic", MIME_CLASS_IMAGE, MIME_CONTAINER_HEIF},
	[MIME_HEICS] = {"image/heic-sequence", MIME_CLASS_IMAGE, MIME_CONTAINER_HEIF},
	[MIME_HEIF] = {"image/heif", MIME_CLASS_IMAGE, MIME_CONTAINER_HEIF},
	[MIME_HEIFS] = {"image/heif-sequence", MIME_CLASS_IMAGE, MIME_CONTAINER_HEIF},
	[MIME_ICO] = {"image/vnd.microsoft.icon", MIME_CLASS_IMAGE, MIME_CONTAINER_NONE},
	[MIME_JP2] = {"image/jp2", MIME_CLASS_IMAGE, MIME_CONTAINER_NONE},
	[MIME_JPEG] = {"image/jpeg", MIME_CLASS_IMAGE, MIME_CONTAINER_JPEG},
	[MIME_JXL] = {"image/jxl", MIME_CLASS_IMAGE, MIME_CONTAINER_NONE},
	[MIME_M4V] = {"video/x-m4v", MIME_CLASS_VIDEO, MIME_CONTAINER_MOVIE},
	[MIME_MATROSKA] = {"video/matroska", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_MOV] = {"video/quicktime", MIME_CLASS_VIDEO, MIME_CONTAINER_MOVIE},
	[MIME_MP4] = {"video/mp4", MIME_CLASS_VIDEO, MIME_CONTAINER_MOVIE},
	[MIME_MPEG] = {"video/mpeg", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_MPEG_TS] = {"video/mp2t", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_MRW] = {"image/x-minolta-mrw", MIME_CLASS_RAW, MIME_CONTAINER_NONE},
	[MIME_NEF] = {"image/x-nikon-nef", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_OGG] = {"video/ogg", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_ORF] = {"image/x-olympus-orf", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_PEF] = {"image/x-pentax-pef", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_PNG] = {"image/png", MIME_CLASS_IMAGE, MIME_CONTAINER_PNG},
	[MIME_PSD] = {"image/vnd.adobe.photoshop", MIME_CLASS_IMAGE, MIME_CONTAINER_NONE},
	[MIME_RAF] = {"image/x-fuji-raf", MIME_CLASS_RAW, MIME_CONTAINER_RAF},
	[MIME_RW2] = {"image/x-panasonic-rw2", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_SRW] = {"image/x-samsung-srw", MIME_CLASS_RAW, MIME_CONTAINER_TIFF},
	[MIME_TIFF] = {"image/tiff", MIME_CLASS_IMAGE, MIME_CONTAINER_TIFF},
	[MIME_WEBM] = {"video/webm", MIME_CLASS_VIDEO, MIME_CONTAINER_NONE},
	[MIME_WEBP] = {"image/webp", MIME_CLASS_IMAGE, MIME_CONTAINER_WEBP},
	[MIME_X3F] = {"image/x-sigma-x3f", MIME_CLASS_RAW, MIME_CONTAINER_NONE},
};

struct bytes_at {
	unsigned at;
	unsigned length; /* 0 = matches always */
	const char *bytes;
};

/* First match wins: what is more special comes first. */
static const struct {
	enum mime_type type;
	struct bytes_at first;
	struct bytes_at second;
} signatures[] = {
	{MIME_JPEG, {0, 3, "\xff\xd8\xff"}, {0}},
	{MIME_PNG, {0, 8, "\x89PNG\r\n\x1a\n"}, {0}},
	{MIME_GIF, {0, 6, "GIF87a"}, {0}},
	{MIME_GIF, {0, 6, "GIF89a"}, {0}},
	{MIME_WEBP, {0, 4, "RIFF"}, {8, 4, "WEBP"}},
	{MIME_AVI, {0, 4, "RIFF"}, {8, 4, "AVI "}},
	/* The size of its second header is less than 256. */
	{MIME_BMP, {0, 2, "BM"}, {15, 3, "\0\0\0"}},
	{MIME_CR2, {0, 4, "II*\0"}, {8, 3, "CR\2"}},
	{MIME_TIFF, {0, 4, "II*\0"}, {0}},
	{MIME_TIFF, {0, 4, "MM\0*"}, {0}},
	{MIME_TIFF, {0, 4, "II+\0"}, {4, 4, "\10\0\0\0"}},
	{MIME_TIFF, {0, 4, "MM\0+"}, {4, 4, "\0\10\0\0"}},
	{MIME_ORF, {0, 4, "IIRO"}, {0}},
	{MIME_ORF, {0, 4, "IIRS"}, {0}},
	{MIME_ORF, {0, 4, "MMOR"}, {0}},
	{MIME_RW2, {0, 4, "IIU\0"}, {0}},
	{MIME_RAF, {0, 16, "FUJIFILMCCD-RAW "}, {0}},
	{MIME_CRW, {0, 2, "II"}, {6, 8, "HEAPCCDR"}},
	{MIME_MRW, {0, 4, "\0MRM"}, {0}},
	{MIME_X3F, {0, 4, "FOVb"}, {0}},
	{MIME_JXL, {0, 2, "\xff\x0a"}, {0}},
	{MIME_JXL, {0, 12, "\0\0\0\x0cJXL \r\n\x87\n"}, {0}},
	{MIME_JP2, {0, 12, "\0\0\0\x0cjP  \r\n\x87\n"}, {20, 4, "jp2 "}},
	{MIME_PSD, {0, 4, "8BPS"}, {4, 2, "\0\1"}},
	{MIME_ICO, {0, 4, "\0\0\1\0"}, {5, 1, "\0"}},
	{MIME_ASF,
	 {0, 16, "\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\x00\xaa\x00\x62\xce\x6c"},
	 {0}},
	{MIME_FLV, {0, 4, "FLV\1"}, {0}},
	{MIME_OGG, {0, 4, "OggS"}, {28, 7, "\x80theora"}},
	{MIME_MPEG, {0, 4, "\0\0\1\xba"}, {0}},
	{MIME_MPEG, {0, 4, "\0\0\1\xb3"}, {0}},
	/* QuickTime from before there were brands. */
	{MIME_MOV, {4, 4, "moov"}, {0}},
	{MIME_MOV, {4, 4, "mdat"}, {0}},
	{MIME_MOV, {4, 4, "wide"}, {0, 3, "\0\0\0"}},
	{MIME_MOV, {4, 4, "free"}, {0, 2, "\0\0"}},
	{MIME_MOV, {4, 4, "skip"}, {0, 2, "\0\0"}},
	{MIME_MOV, {4, 4, "pnot"}, {0, 3, "\0\0\0"}},
};

/*
 * Brands that begin with `prefix`. A structural brand (mif1: some image in HEIF) says less than
 * that of a codec, which may stand among the compatible ones; else the major brand rules.
 */
static const struct brand {
	const char *prefix;
	enum mime_type type;
	bool structural;
} brands[] = {
	{"heic", MIME_HEIC, false},  {"heix", MIME_HEIC, false},  {"heim", MIME_HEIC, false},
	{"heis", MIME_HEIC, false},  {"hevc", MIME_HEICS, false}, {"hevx", MIME_HEICS, false},
	{"hevm", MIME_HEICS, false}, {"hevs", MIME_HEICS, false}, {"avif", MIME_AVIF, false},
	{"avis", MIME_AVIF, false},  {"mif1", MIME_HEIF, true},	  {"mif2", MIME_HEIF, true},
	{"msf1", MIME_HEIFS, true},  {"crx ", MIME_CR3, false},	  {"qt  ", MIME_MOV, false},
	{"3g2", MIME_3GPP2, false},  {"3gp", MIME_3GPP, false},	  {"3ge", MIME_3GPP, false},
	{"3gg", MIME_3GPP, false},   {"3gs", MIME_3GPP, false},	  {"M4V", MIME_M4V, false},
	{"iso", MIME_MP4, false},    {"mp4", MIME_MP4, false},	  {"avc1", MIME_MP4, false},
	{"MSNV", MIME_MP4, false},   {"dash", MIME_MP4, false},	  {"mmp4", MIME_MP4, false},
	{"XAVC", MIME_MP4, false},   {"F4V", MIME_MP4, false},
};

/* Makers whose raw files are TIFF with a small picture in the first directory. */
static const struct {
	const char *make;
	enum mime_type type;
} makers[] = {
	{"NIKON", MIME_NEF},
	{"SONY", MIME_ARW},
	{"SAMSUNG", MIME_SRW},
};

static bool matches(const struct bytes_at *wanted, const unsigned char *bytes, size_t length)
{
	return length >= wanted->at + wanted->length &&
	       (wanted->length == 0 ||
		memcmp(bytes + wanted->at, wanted->bytes, wanted->length) == 0);
}

static enum mime_type by_signature(const unsigned char *bytes, size_t length)
{
	for (size_t i = 0; i < sizeof signatures / sizeof signatures[0]; i++)
		if (matches(&signatures[i].first, bytes, length) &&
		    matches(&signatures[i].second, bytes, length))
			return signatures[i].type;
	return MIME_UNKNOWN;
}

static const struct brand *find_brand(const unsigned char *brand)
{
	for (size_t i = 0; i < sizeof brands / sizeof brands[0]; i++)
		if (memcmp(brand, brands[i].prefix, strlen(brands[i].prefix)) == 0)
			return &brands[i];
	return NULL;
}

/* The box "ftyp": size, name, major brand, version, compatible brands. */
static enum mime_type by_brand(const unsigned char *bytes, size_t length)
{
	const struct brand *known = NULL;
	size_t end;

	if (length < 12 || memcmp(bytes + 4, "ftyp", 4) != 0)
		return MIME_UNKNOWN;
	end = (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
	if (end > length)
		end = length;
	known = find_brand(bytes + 8);
	for (size_t at = 16; at + 4 <= end && (known == NULL || known->structural); at += 4) {
		const struct brand *other = find_brand(bytes + at);

		if (other != NULL &&
		    (known == NULL ||
		     (!other->structural && types[other->type].container == MIME_CONTAINER_HEIF)))
			known = other;
	}
	return known != NULL ? known->type : MIME_UNKNOWN;
}

/* The document type stands in the header of EBML (RFC 8794), which is short. */
static enum mime_type by_document_type(const unsigned char *bytes, size_t length)
{
	size_t end = length < 80 ? length : 80;

	if (length < 4 || memcmp(bytes, "\x1a\x45\xdf\xa3", 4) != 0)
		return MIME_UNKNOWN;
	for (size_t at = 4; at + 3 < end; at++) {
		size_t name = bytes[at + 2] & 0x7f;

		if (bytes[at] != 0x42 || bytes[at + 1] != 0x82 || at + 3 + name > end)
			continue;
		if (name >= 4 && memcmp(bytes + at + 3, "webm", 4) == 0)
			return MIME_WEBM;
		if (name >= 8 && memcmp(bytes + at + 3, "matroska", 8) == 0)
			return MIME_MATROSKA;
	}
	return MIME_UNKNOWN;
}

/* Packets of 188 bytes that begin with 0x47 (ISO/IEC 13818-1); on camcorders 4 bytes of time stand
 * before each. */
static bool is_transport_stream(const unsigned char *bytes, size_t length)
{
	static const size_t packets[][2] = {{0, 188}, {4, 192}};

	for (size_t i = 0; i < 2; i++) {
		size_t first = packets[i][0];
		size_t size = packets[i][1];

		if (length > first + 2 * size && bytes[first] == 0x47 &&
		    bytes[first + size] == 0x47 && bytes[first + 2 * size] == 0x47)
			return true;
	}
	return false;
}

static enum mime_type by_maker(const char *make, bool pages_below, bool small, uint32_t compression)
{
	if (strncmp(make, "PENTAX", 6) == 0 && compression == 65535)
		return MIME_PEF;
	for (size_t i = 0; pages_below && small && i < sizeof makers / sizeof makers[0]; i++)
		if (strncmp(make, makers[i].make, strlen(makers[i].make)) == 0)
			return makers[i].type;
	return MIME_TIFF;
}

static enum mime_type by_directory(const unsigned char *bytes, size_t length)
{
	struct tiff_memory memory = {bytes, length};
	struct tiff_source source = tiff_memory_source(&memory);
	struct tiff_entry entry;
	struct tiff tiff;
	char make[16] = "";
	bool pages_below = false;
	uint32_t kind = 0;
	uint32_t compression = 0;
	uint32_t directory;

	if (!tiff_open(&tiff, &source, &directory))
		return MIME_TIFF;
	for (unsigned i = 0; i < tiff_count(&tiff, directory); i++) {
		if (!tiff_entry(&tiff, directory, i, &entry))
			break;
		if (entry.tag == 0xc612) /* DNGVersion */
			return MIME_DNG;
		if (entry.tag == 0x00fe)
			tiff_number(&tiff, &entry, 0, &kind);
		if (entry.tag == 0x0103)
			tiff_number(&tiff, &entry, 0, &compression);
		pages_below = pages_below || entry.tag == 0x014a;
		if (entry.tag == 0x010f && entry.value_bytes >= 4) {
			size_t copied = entry.value_bytes < sizeof make ? entry.value_bytes
									: sizeof make - 1;
			const unsigned char *text =
				source.need(source.context, entry.value_at, copied);

			if (text != NULL)
				memcpy(make, text, copied);
		}
	}
	return by_maker(make, pages_below, (kind & 1) != 0, compression);
}

unsigned mime_sniff(const void *bytes, size_t length)
{
	enum mime_type type;

	if (length > MIME_SNIFF_BYTES)
		length = MIME_SNIFF_BYTES;
	type = by_signature(bytes, length);
	if (type == MIME_TIFF)
		return by_directory(bytes, length);
	if (type == MIME_UNKNOWN)
		type = by_brand(bytes, length);
	if (type == MIME_UNKNOWN)
		type = by_document_type(bytes, length);
	if (type == MIME_UNKNOWN && is_transport_stream(bytes, length))
		type = MIME_MPEG_TS;
	return type;
}

const char *mime_name(unsigned mime)
{
	return types[mime < MIME_TYPES ? mime : MIME_UNKNOWN].name;
}

enum mime_class mime_class(unsigned mime)
{
	return types[mime < MIME_TYPES ? mime : MIME_UNKNOWN].class;
}

enum mime_container mime_container(unsigned mime)
{
	return types[mime < MIME_TYPES ? mime : MIME_UNKNOWN].container;
}
