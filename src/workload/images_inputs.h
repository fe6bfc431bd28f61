/*
 * images_inputs.h - what the user gave: files, folders, a list, and where their outputs go
 * (floor: workload).
 *
 * A folder given alone keeps its tree directly below the output folder. Given together with
 * anything else it gets a folder of its base name there; files given by name go into the output
 * folder itself.
 */
#ifndef IMGTOP_WORKLOAD_IMAGES_INPUTS_H
#define IMGTOP_WORKLOAD_IMAGES_INPUTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/err.h"
#include "workload/workload.h"

enum images_input_kind {
	IMAGES_INPUT_FILE, /* anything but a folder */
	IMAGES_INPUT_FOLDER,
	IMAGES_INPUT_MISSING, /* error says why */
};

struct images_input {
	char *path; /* as the user wrote it */
	char *base; /* name below the output folder */
	enum images_input_kind kind;
	bool link;
	int error; /* errno of IMAGES_INPUT_MISSING */
	dev_t device;
	ino_t inode;
	uint64_t size_bytes;
	bool in_place; /* outputs go into the folder that it is in, or is */
};

/* Who the output folder is, or that of the report; it need not exist. */
struct images_output {
	char *real; /* absolute, without links; NULL: there is none */
	bool exists;
	dev_t device;
	ino_t inode;
};

struct images_inputs {
	struct images_input *items;
	size_t count;
	size_t capacity;
	struct images_output output;
	struct images_output report; /* no more an input than the outputs are */
};

/* What stands on the command line. Release with images_inputs_free. */
void images_inputs_init(struct images_inputs *inputs, const struct workload_config *config);
void images_inputs_free(struct images_inputs *inputs);

/* Add what the list of --from holds; the list is read whole. error: transient */
int images_inputs_add_list(struct images_inputs *inputs, const struct workload_config *config,
			   struct err *err);

/* Can the outputs of all these be told apart, and do they leave every input alone? Sets in_place.
 *   error: permanent, with what to do */
int images_inputs_check(struct images_inputs *inputs, const char *suffix, struct err *err);

/* Is this folder that one? */
bool images_output_is(const struct images_output *output, dev_t device, ino_t inode);

#endif
