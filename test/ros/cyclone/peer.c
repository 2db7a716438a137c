/* A DDS peer on CycloneDDS's own C API, with the types that its own IDL compiler makes of messages.idl.
 *
 *   peer DOMAIN      reads commands, one a line, and prints what it hears
 *     pub ID TYPE TOPIC reliable|best-effort volatile|transient-local
 *     sub ID TYPE TOPIC reliable|best-effort volatile|transient-local
 *     write ID       a message of fixed content, which it prints as it prints what it hears: JSON
 */
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "dds/dds.h"
#include "messages.h"

typedef std_msgs_msg_dds__String_ String;
typedef sensor_msgs_msg_dds__RegionOfInterest_ Region;
typedef vision_msgs_msg_dds__Detection2D_ Detection;
typedef vision_msgs_msg_dds__ObjectHypothesisWithPose_ Result;

static pthread_mutex_t printing = PTHREAD_MUTEX_INITIALIZER;

/* Texts here have nothing that JSON escapes. */
static void print_string(const void *message) { printf("{\"data\":\"%s\"}", ((const String *)message)->data); }

static void print_region(const void *message) {
  const Region *it = message;
  printf("{\"x_offset\":%" PRIu32 ",\"y_offset\":%" PRIu32 ",\"height\":%" PRIu32 ",\"width\":%" PRIu32 ",\"do_rectify\":%s}",
         it->x_offset, it->y_offset, it->height, it->width, it->do_rectify ? "true" : "false");
}

static void print_result(const Result *it) {
  const geometry_msgs_msg_dds__Pose_ *pose = &it->pose.pose;
  printf("{\"hypothesis\":{\"class_id\":\"%s\",\"score\":%.17g},", it->hypothesis.class_id, it->hypothesis.score);
  printf("\"pose\":{\"pose\":{\"position\":{\"x\":%.17g,\"y\":%.17g,\"z\":%.17g},", pose->position.x, pose->position.y, pose->position.z);
  printf("\"orientation\":{\"x\":%.17g,\"y\":%.17g,\"z\":%.17g,\"w\":%.17g}},\"covariance\":[", pose->orientation.x, pose->orientation.y,
         pose->orientation.z, pose->orientation.w);
  for (int i = 0; i < 36; i++) printf("%s%.17g", i ? "," : "", it->pose.covariance[i]);
  printf("]}}");
}

static void print_detection(const void *message) {
  const Detection *it = message;
  printf("{\"header\":{\"stamp\":{\"sec\":%" PRId32 ",\"nanosec\":%" PRIu32 "},\"frame_id\":\"%s\"},\"results\":[",
         it->header.stamp.sec, it->header.stamp.nanosec, it->header.frame_id);
  for (uint32_t i = 0; i < it->results._length; i++) {
    if (i) printf(",");
    print_result(&it->results._buffer[i]);
  }
  printf("],\"bbox\":{\"center\":{\"position\":{\"x\":%.17g,\"y\":%.17g},\"theta\":%.17g},\"size_x\":%.17g,\"size_y\":%.17g},\"id\":\"%s\"}",
         it->bbox.center.position.x, it->bbox.center.position.y, it->bbox.center.theta, it->bbox.size_x, it->bbox.size_y, it->id);
}

static String a_string = {.data = "Gr\xc3\xbc\xc3\x9f" "e"};
static Region a_region = {.x_offset = 1, .y_offset = 4000000000u, .height = 3, .width = 4, .do_rectify = true};
static Result results[] = {
    {.hypothesis = {.class_id = "target", .score = 0.875}, .pose = {.pose = {.position = {1, 2, 3}, .orientation = {0, 0, 0, 1}}, .covariance = {0.1, 0.2}}},
    {.hypothesis = {.class_id = "", .score = 1e-300}, .pose = {.covariance = {[35] = -1}}},
};
static Detection a_detection = {
    .header = {.stamp = {.sec = 1700000000, .nanosec = 999999999}, .frame_id = "camera"},
    .results = {._maximum = 2, ._length = 2, ._buffer = results},
    .bbox = {.center = {.position = {320.25, -1}, .theta = 0.5}, .size_x = 40, .size_y = 30},
    .id = "12",
};

static const struct kind {
  const char *name;
  const dds_topic_descriptor_t *descriptor;
  const void *sample;
  void (*print)(const void *message);
} kinds[] = {
    {"String", &std_msgs_msg_dds__String__desc, &a_string, print_string},
    {"RegionOfInterest", &sensor_msgs_msg_dds__RegionOfInterest__desc, &a_region, print_region},
    {"Detection2D", &vision_msgs_msg_dds__Detection2D__desc, &a_detection, print_detection},
};

struct end {
  char id[64];
  const struct kind *kind;
  dds_entity_t entity;
};

static struct end ends[64];
static int count;
static dds_entity_t participant;

static void say(const char *format, ...) {
  va_list values;
  va_start(values, format);
  pthread_mutex_lock(&printing);
  vprintf(format, values);
  printf("\n");
  fflush(stdout);
  pthread_mutex_unlock(&printing);
  va_end(values);
}

static void tell(const char *what, const struct end *end, const void *message) {
  pthread_mutex_lock(&printing);
  printf("%s %s ", what, end->id);
  end->kind->print(message);
  printf("\n");
  fflush(stdout);
  pthread_mutex_unlock(&printing);
}

static void on_data(dds_entity_t reader, void *argument) {
  void *messages[1] = {NULL};
  dds_sample_info_t info;
  while (dds_take(reader, messages, &info, 1, 1) > 0) {
    if (info.valid_data) tell("heard", argument, messages[0]);
    dds_return_loan(reader, messages, 1);
    messages[0] = NULL;
  }
}

static void on_matched(dds_entity_t entity, const dds_subscription_matched_status_t status, void *argument) {
  (void)entity;
  say("matched %s %u", ((struct end *)argument)->id, status.current_count);
}

static void on_incompatible(dds_entity_t entity, const dds_requested_incompatible_qos_status_t status, void *argument) {
  (void)entity;
  say("incompatible %s %u", ((struct end *)argument)->id, status.last_policy_id);
}

static dds_qos_t *qos_of(const char *reliability, const char *durability) {
  dds_qos_t *qos = dds_create_qos();
  dds_qset_reliability(qos, strcmp(reliability, "reliable") == 0 ? DDS_RELIABILITY_RELIABLE : DDS_RELIABILITY_BEST_EFFORT, DDS_SECS(1));
  dds_qset_durability(qos, strcmp(durability, "volatile") == 0 ? DDS_DURABILITY_VOLATILE : DDS_DURABILITY_TRANSIENT_LOCAL);
  dds_qset_history(qos, DDS_HISTORY_KEEP_LAST, 10);
  return qos;
}

static int fail(const char *line) {
  fprintf(stderr, "cannot: %s\n", line);
  return 2;
}

int main(int words, char **word) {
  if (words < 2) return fail("peer DOMAIN");
  participant = dds_create_participant((dds_domainid_t)atoi(word[1]), NULL, NULL);
  if (participant < 0) return fail("create a participant");
  say("ready");
  char line[512];
  while (fgets(line, sizeof line, stdin)) {
    char command[16], id[64], type[32], topic[128], reliability[16], durability[24];
    int read = sscanf(line, "%15s %63s %31s %127s %15s %23s", command, id, type, topic, reliability, durability);
    if (read == 2 && strcmp(command, "write") == 0) {
      for (int i = 0; i < count; i++) {
        if (strcmp(ends[i].id, id) != 0) continue;
        if (dds_write(ends[i].entity, ends[i].kind->sample) < 0) return fail(line);
        tell("wrote", &ends[i], ends[i].kind->sample);
      }
      continue;
    }
    if (read != 6 || count == 64) return fail(line);
    struct end *end = &ends[count++];
    strcpy(end->id, id);
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
      if (strcmp(kinds[i].name, type) == 0) end->kind = &kinds[i];
    if (!end->kind) return fail(line);
    dds_entity_t entity = dds_create_topic(participant, end->kind->descriptor, topic, NULL, NULL);
    dds_qos_t *qos = qos_of(reliability, durability);
    if (strcmp(command, "pub") == 0) {
      end->entity = dds_create_writer(participant, entity, qos, NULL);
    } else {
      dds_listener_t *listener = dds_create_listener(end);
      dds_lset_data_available(listener, on_data);
      dds_lset_subscription_matched(listener, on_matched);
      dds_lset_requested_incompatible_qos(listener, on_incompatible);
      end->entity = dds_create_reader(participant, entity, qos, listener);
      dds_delete_listener(listener);
    }
    dds_delete_qos(qos);
    if (end->entity < 0) return fail(line);
    say("done %s", id);
  }
  dds_delete(participant);
  return 0;
}
