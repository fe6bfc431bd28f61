/*
 * fleet.h - the run's processes: start, hear, reap, replace (floor: engine).
 */
#ifndef IMGTOP_ENGINE_FLEET_H
#define IMGTOP_ENGINE_FLEET_H

#include "engine/supervisor_private.h"

/* Declare all hosts and workers of the plan in the page; start none. */
void fleet_declare(struct supervisor *sup);

/* Start a host (again). A failed fork counts as a death of it. */
void fleet_start(struct supervisor *sup, struct remote *host);

/* Start the host for items that are retried alone. */
void fleet_start_alone(struct supervisor *sup);

/* The host's socket has something to read, or its end. false: there is nothing more now. */
bool fleet_receive(struct supervisor *sup, struct remote *host);

/* The host's process has ended: hear its last words, then settle what it leaves. */
void fleet_reap(struct supervisor *sup, struct remote *host);

/* Restart what waits for it; kill what has hung up and does not end. */
void fleet_restart_due(struct supervisor *sup, uint64_t now_ns);

/* A host that will not be started again. The run goes on without it when it can: without the
 * recorder always, without another host when dispensable and its group has more. */
void fleet_give_up(struct supervisor *sup, struct remote *host, const char *cause,
		   bool dispensable);

/* For the fleet's own files: close the socket, publish the host, name a worker by its page index
 * ("" when there is none). */
void fleet_hang_up(struct supervisor *sup, struct remote *host);
void fleet_show_host(struct supervisor *sup, const struct remote *host, bool alive);
const char *fleet_worker_name(const struct supervisor *sup, uint32_t page_index);

/* Send what is to be sent. */
void fleet_flush(struct supervisor *sup);

/* Tell every host of a group to finish. true when all of them have ended. */
bool fleet_close_group(struct supervisor *sup, unsigned group);

/* SIGKILL; why stands in the log and in the row. culprit: page index of the worker to charge, or
 * NO_CULPRIT. */
void fleet_kill(struct supervisor *sup, struct remote *host, const char *why, uint32_t culprit);

/* A record without a body to every host with stations. */
void fleet_tell_all(struct supervisor *sup, enum record_type type);

/* Live changes. error: permanent, a sentence */
int fleet_add_worker(struct supervisor *sup, unsigned station, struct err *err);
int fleet_retire_worker(struct supervisor *sup, const char *station_or_worker, struct err *err);

/* By worker name; incarnation 0 = any. NULL when there is none alive. */
struct remote *fleet_find_worker(struct supervisor *sup, const char *name, uint32_t incarnation,
				 struct remote_worker **worker);

void fleet_free(struct supervisor *sup);

#endif
