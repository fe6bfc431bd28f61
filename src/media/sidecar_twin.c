/*
 * sidecar_twin.c - see sidecar_twin.h.
 */
#include "config.h"

#include "media/sidecar_twin.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "media/sidecar_name.h"
#include "media/sidecar_rules.h"
#include "media/takeout_folder.h"

struct disk {
	int folder;
	char found[NAME_MAX + 1];
};

static unsigned find_on_disk(void *context, const struct sidecar_key *key, bool own, size_t *json)
{
	struct disk *disk = context;
	char name[NAME_MAX + 1];

	(void)own;
	if (key->length > NAME_MAX)
		return 0;
	memcpy(name, key->bytes, key->length);
	name[key->length] = '\0';
	if (takeout_album_json(name) || faccessat(disk->folder, name, R_OK, 0) != 0)
		return 0;
	memcpy(disk->found, name, key->length + 1);
	/* Another number for another name: the rules count different ones. */
	*json = 0;
	for (size_t i = 0; i < key->length; i++)
		*json = *json * 31 + (unsigned char)name[i];
	return 1;
}

static bool is_there(int folder, const char *name, uint64_t size_bytes)
{
	struct stat status;

	return fstatat(folder, name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISREG(status.st_mode) && (uint64_t)status.st_size == size_bytes;
}

bool sidecar_twin_find(const int *folders, size_t count, const char *name, uint64_t size_bytes,
		       struct sidecar_twin *twin)
{
	struct sidecar_name parts = sidecar_name_split(name, strlen(name));
	size_t found = 0;

	twin->ambiguous = false;
	for (size_t i = 0; i < count; i++) {
		struct disk disk = {.folder = folders[i]};
		const struct sidecar_finder finder = {.find = find_on_disk, .context = &disk};
		struct sidecar_match match;

		if (!is_there(folders[i], name, size_bytes) ||
		    !sidecar_rules_first(&finder, &parts, &match))
			continue;
		found += match.ambiguous ? 2 : 1;
		twin->folder = i;
		memcpy(twin->json, disk.found, sizeof(twin->json));
	}
	twin->ambiguous = found > 1;
	return found == 1;
}
