/*
 * exif_fields.c - the fields of a loaded EXIF structure, as far as they are credible.
 *
 * Meaning and form of the tags: CIPA DC-008 (EXIF 2.32), section 4.6.
 */
#include "config.h"

#include "media/exif_fields.h"

#include <math.h>
#include <string.h>

#include "base/text.h"
#include "media/exif_block.h"

enum { TEXT_BYTES = 257 };

/* A tag in its directory, or in the first one, where files that keep each part on its own have it.
 */
static ExifEntry *find(ExifData *data, ExifIfd ifd, unsigned tag)
{
	ExifEntry *entry = exif_content_get_entry(data->ifd[ifd], (ExifTag)tag);

	if (entry == NULL)
		entry = exif_content_get_entry(data->ifd[EXIF_IFD_0], (ExifTag)tag);
	return entry != NULL && entry->data != NULL ? entry : NULL;
}

/* The text of a tag up to its NUL, without blanks at the end; "" when there is none. */
static void get_text(ExifData *data, ExifIfd ifd, unsigned tag, char text[TEXT_BYTES])
{
	const ExifEntry *entry = find(data, ifd, tag);
	size_t length = 0;

	if (entry != NULL && entry->format == EXIF_FORMAT_ASCII)
		while (length < entry->size && length < TEXT_BYTES - 1 &&
		       entry->data[length] != '\0') {
			text[length] = (char)entry->data[length];
			length++;
		}
	while (length > 0 && text[length - 1] == ' ')
		length--;
	text[length] = '\0';
}

static void get_name(ExifData *data, unsigned tag, char name[FACTS_NAME_BYTES])
{
	char text[TEXT_BYTES];
	size_t blanks;

	if (name[0] != '\0')
		return;
	get_text(data, EXIF_IFD_0, tag, text);
	blanks = strspn(text, " ");
	text_sanitise(name, FACTS_NAME_BYTES, text + blanks, strlen(text + blanks));
}

static bool get_number(ExifData *data, ExifIfd ifd, unsigned tag, uint32_t *number)
{
	const ExifEntry *entry = find(data, ifd, tag);
	ExifByteOrder order = exif_data_get_byte_order(data);

	if (entry == NULL || entry->components != 1)
		return false;
	if (entry->format == EXIF_FORMAT_BYTE && entry->size >= 1)
		*number = entry->data[0];
	else if (entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
		*number = exif_get_short(entry->data, order);
	else if (entry->format == EXIF_FORMAT_LONG && entry->size >= 4)
		*number = exif_get_long(entry->data, order);
	else
		return false;
	return true;
}

/* ---- time ------------------------------------------------------------------------------------ */

/* Digits without sign or blank. false when there are not so many. */
static bool digits(const char *text, int count, int *number)
{
	*number = 0;
	for (int i = 0; i < count; i++) {
		if (text[i] < '0' || text[i] > '9')
			return false;
		*number = *number * 10 + (text[i] - '0');
	}
	return true;
}

/* Days since 1970 of a date of the Gregorian calendar: Howard Hinnant's days_from_civil, for years
 * from 1 on. */
static int64_t days_since_1970(int year, int month, int day)
{
	int from_march = month > 2 ? month - 3 : month + 9;
	int years = month > 2 ? year : year - 1;
	int era = years / 400;
	int of_era = years % 400;
	int of_year = (153 * from_march + 2) / 5 + day - 1;

	return (int64_t)era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	return month == 2 && leap ? 29 : days[month - 1];
}

bool exif_fields_time(const char *text, int64_t *seconds)
{
	/* Where the digits stand; between them may be what the writer liked. */
	static const int at[] = {0, 5, 8, 11, 14, 17};
	int part[6];

	if (strlen(text) < 19)
		return false;
	for (int i = 0; i < 6; i++)
		if (!digits(text + at[i], i == 0 ? 4 : 2, &part[i]))
			return false;
	if (part[0] < 1 || part[1] < 1 || part[1] > 12 || part[2] < 1 ||
	    part[2] > days_of_month(part[0], part[1]) || part[3] > 23 || part[4] > 59 ||
	    part[5] > 59)
		return false;
	*seconds = days_since_1970(part[0], part[1], part[2]) * 86400 + part[3] * 3600 +
		   part[4] * 60 + part[5];
	return true;
}

bool exif_fields_offset(const char *text, int *minutes)
{
	int hours;
	int rest;

	if (strlen(text) != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':' ||
	    !digits(text + 1, 2, &hours) || !digits(text + 4, 2, &rest) || rest > 59)
		return false;
	*minutes = hours * 60 + rest;
	if (text[0] == '-')
		*minutes = -*minutes;
	return *minutes >= -12 * 60 && *minutes <= 14 * 60;
}

static void get_time(ExifData *data, struct facts_time *taken)
{
	char text[TEXT_BYTES];
	size_t count;

	get_text(data, EXIF_IFD_EXIF, EXIF_TAG_DATE_TIME_ORIGINAL, text);
	if (taken->source == FACTS_TIME_EXIF || !exif_fields_time(text, &taken->local_s))
		return;
	taken->source = FACTS_TIME_EXIF;
	taken->has_local = true;
	get_text(data, EXIF_IFD_EXIF, EXIF_FIELDS_OFFSET_TIME_ORIGINAL, text);
	taken->has_offset = exif_fields_offset(text, &taken->offset_min);
	taken->has_utc = taken->has_offset;
	if (taken->has_utc)
		taken->utc_s = taken->local_s - (int64_t)taken->offset_min * 60;
	else
		taken->offset_min = 0;
	get_text(data, EXIF_IFD_EXIF, EXIF_TAG_SUB_SEC_TIME_ORIGINAL, text);
	count = strspn(text, "0123456789");
	if (text[count] != '\0')
		return;
	if (count > FACTS_SUBSEC_BYTES - 1)
		count = FACTS_SUBSEC_BYTES - 1;
	memcpy(taken->subsec, text, count);
	taken->subsec[count] = '\0';
}

/* ---- place ----------------------------------------------------------------------------------- */

/* A ratio of a tag. 0/0 stands for 0 where a zero may be left out. */
static bool get_ratio(ExifData *data, const ExifEntry *entry, unsigned index, bool may_lack,
		      double *ratio)
{
	ExifRational found;

	if (entry->format != EXIF_FORMAT_RATIONAL || entry->size < (index + 1) * 8)
		return false;
	found = exif_get_rational(entry->data + (size_t)index * 8, exif_data_get_byte_order(data));
	*ratio = 0;
	if (found.denominator == 0)
		return may_lack && found.numerator == 0;
	*ratio = (double)found.numerator / found.denominator;
	return true;
}

/* Degrees of a tag with degrees, minutes and seconds, signed by its reference. */
static bool get_angle(ExifData *data, unsigned tag, unsigned reference_tag, const char *letters,
		      double *degrees)
{
	const ExifEntry *entry = find(data, EXIF_IFD_GPS, tag);
	char reference[TEXT_BYTES];
	double minutes = 0;
	double seconds = 0;

	get_text(data, EXIF_IFD_GPS, reference_tag, reference);
	if (entry == NULL || reference[0] == '\0' || strchr(letters, reference[0]) == NULL ||
	    !get_ratio(data, entry, 0, false, degrees))
		return false;
	if (entry->components > 1 && !get_ratio(data, entry, 1, true, &minutes))
		return false;
	if (entry->components > 2 && !get_ratio(data, entry, 2, true, &seconds))
		return false;
	*degrees += minutes / 60 + seconds / 3600;
	/* The second pair of letters is the negative one. */
	if (strchr(letters, reference[0]) - letters >= 2)
		*degrees = -*degrees;
	return true;
}

static void get_altitude(ExifData *data, struct facts *facts)
{
	const ExifEntry *entry = find(data, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE);
	uint32_t below = 0;

	if (entry == NULL || !get_ratio(data, entry, 0, false, &facts->altitude_m))
		return;
	facts->has_altitude = true;
	get_number(data, EXIF_IFD_GPS, EXIF_TAG_GPS_ALTITUDE_REF, &below);
	if (below == 1)
		facts->altitude_m = -facts->altitude_m;
}

static void get_place(ExifData *data, struct facts *facts)
{
	double latitude;
	double longitude;

	if (facts->has_place || find(data, EXIF_IFD_GPS, EXIF_TAG_GPS_LATITUDE) == NULL)
		return;
	if (!get_angle(data, EXIF_TAG_GPS_LATITUDE, EXIF_TAG_GPS_LATITUDE_REF, "NnSs", &latitude) ||
	    !get_angle(data, EXIF_TAG_GPS_LONGITUDE, EXIF_TAG_GPS_LONGITUDE_REF, "EeWw",
		       &longitude) ||
	    fabs(latitude) > 90 || fabs(longitude) > 180) {
		facts_note(facts, "EXIF: its position is no place on earth");
		return;
	}
	/* What devices write that do not know where they are. */
	if (latitude == 0 && longitude == 0)
		return;
	facts->has_place = true;
	facts->latitude = latitude;
	facts->longitude = longitude;
	get_altitude(data, facts);
}

void exif_fields_read(ExifData *data, struct facts *facts)
{
	uint32_t orientation = 0;
	uint32_t width;
	uint32_t height;

	get_name(data, EXIF_TAG_MAKE, facts->make);
	get_name(data, EXIF_TAG_MODEL, facts->model);
	get_number(data, EXIF_IFD_0, EXIF_TAG_ORIENTATION, &orientation);
	if (facts->orientation == 0 && orientation >= 1 && orientation <= 8)
		facts->orientation = orientation;
	if (facts->width == 0 &&
	    get_number(data, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_X_DIMENSION, &width) &&
	    get_number(data, EXIF_IFD_EXIF, EXIF_TAG_PIXEL_Y_DIMENSION, &height) && width > 0 &&
	    height > 0) {
		facts->width = width;
		facts->height = height;
	}
	get_time(data, &facts->taken);
	get_place(data, facts);
}
