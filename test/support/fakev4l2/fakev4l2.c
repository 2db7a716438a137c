/*
 * A pretended V4L2 camera, for a program started with LD_PRELOAD=fakev4l2.so: opening $FAKEV4L2_DEVICE gives a
 * camera that streams through memory mapping or the program's own buffers as the kernel's do. Everything else goes straight to the kernel.
 *
 *   FAKEV4L2_DEVICE     path of the camera (default /dev/video0)
 *   FAKEV4L2_FPS        frames per second (default 100); half of it is offered too, and twice of it in MJPG
 *   FAKEV4L2_JPEG       file of JPEG pictures one after the other; without it MJPG is not offered
 *   FAKEV4L2_KIND       what else the device is: output, mplane (no capture), nostream (no memory mapping)
 *   FAKEV4L2_OPEN_ERRNO open fails with this number, as 13 for EACCES
 *   FAKEV4L2_BUSY       1: another program streams
 *   FAKEV4L2_LOCK       file that stands for the camera between processes: who streams holds it until its end
 *   FAKEV4L2_PADDING    bytes after every row
 *   FAKEV4L2_SKIP       every n-th frame number is lost
 *   FAKEV4L2_DAMAGED    every n-th buffer carries the error flag
 *   FAKEV4L2_CLOCK      realtime: time stamps are not CLOCK_MONOTONIC
 *   FAKEV4L2_USERPTR    buffers of the program's own: 0 refused when asked for, 1 accepted (default), 2 refused when queued
 *   FAKEV4L2_SILENT     1: no frame ever comes
 *   FAKEV4L2_UNPLUG     the camera vanishes after n frames
 *   FAKEV4L2_REPLUG_MS  ... and is back after this time (default: never)
 *
 * Raw pictures: byte b of row r of frame s is (b + r + 3 s) mod 256; padding is 0xEE. All planes count as one tall one.
 *
 * The descriptor given out is the read end of a pipe that holds one byte per filled buffer, so that poll, epoll and
 * read readiness are the kernel's own; unplugging closes the write end, which gives POLLHUP.
 * A program that breaks the rules of the queue (gives back a buffer it does not hold) is aborted.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/videodev2.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { MAX_BUFFERS = 32, MAX_CAMERAS = 4, MAX_PICTURES = 256 };
enum buffer_state { WITH_PROGRAM, QUEUED, FILLED };

struct fifo {
    unsigned items[MAX_BUFFERS], count;
};

/* One open descriptor of the device. */
struct camera {
    bool open, streaming, gone;
    int fd, wake_fd, memory_fd; /* read end, write end, all buffers in a row */
    unsigned fourcc, width, height, fps;
    unsigned buffer_count, buffer_bytes;
    uint8_t *memory;
    bool own_memory; /* the program's, not ours */
    uint8_t *buffers[MAX_BUFFERS];
    enum buffer_state state[MAX_BUFFERS];
    struct fifo queued, filled;
    struct v4l2_buffer done[MAX_BUFFERS];
    unsigned sequence, produced;
    pthread_t thread;
};

static struct camera cameras[MAX_CAMERAS];
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct timespec unplugged_at;
static bool unplugged;

static struct { const uint8_t *bytes; size_t length; } pictures[MAX_PICTURES];
static unsigned picture_count;

static const struct { unsigned width, height; } sizes[] = { { 64, 48 }, { 32, 24 } };

/* ---- small helpers ---- */

static const char *setting(const char *name, const char *fallback) {
    const char *value = getenv(name);
    return value && *value ? value : fallback;
}

static unsigned number(const char *name, unsigned fallback) {
    const char *value = setting(name, NULL);
    return value ? (unsigned)atoi(value) : fallback;
}

static int fail(int error) {
    errno = error;
    return -1;
}

static void push(struct fifo *fifo, unsigned item) { fifo->items[fifo->count++] = item; }

static unsigned pop(struct fifo *fifo) {
    unsigned item = fifo->items[0];
    memmove(fifo->items, fifo->items + 1, --fifo->count * sizeof item);
    return item;
}

static struct camera *camera_of(int fd) {
    for (int i = 0; i < MAX_CAMERAS; i++)
        if (cameras[i].open && cameras[i].fd == fd) return &cameras[i];
    return NULL;
}

static bool another_process_streams(void) {
    static int lock_fd = -1;
    const char *path = setting("FAKEV4L2_LOCK", "");
    if (!*path) return false;
    if (lock_fd < 0) lock_fd = (int)syscall(SYS_openat, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    return flock(lock_fd, LOCK_EX | LOCK_NB) != 0;
}

static bool another_streams(const struct camera *self) {
    if (number("FAKEV4L2_BUSY", 0) || another_process_streams()) return true;
    for (int i = 0; i < MAX_CAMERAS; i++)
        if (&cameras[i] != self && cameras[i].open && cameras[i].buffer_count && !cameras[i].gone) return true;
    return false;
}

/* ---- pictures ---- */

/* Cuts a file of JPEG pictures at "end of image, start of image". */
static void load_pictures(void) {
    int fd = (int)syscall(SYS_openat, AT_FDCWD, setting("FAKEV4L2_JPEG", ""), O_RDONLY);
    struct stat status;
    if (picture_count || fd < 0 || fstat(fd, &status)) return;
    size_t length = (size_t)status.st_size;
    const uint8_t *file = (void *)syscall(SYS_mmap, NULL, length, PROT_READ, MAP_PRIVATE, fd, 0L);
    syscall(SYS_close, fd);
    for (size_t start = 0, at = 2; at <= length && picture_count < MAX_PICTURES; at++) {
        bool end = at == length || (at + 1 < length && !memcmp(file + at - 2, "\xff\xd9\xff\xd8", 4));
        if (!end) continue;
        pictures[picture_count].bytes = file + start;
        pictures[picture_count++].length = at - start;
        start = at;
    }
}

static unsigned row_bytes(const struct camera *camera) {
    return camera->fourcc == V4L2_PIX_FMT_YUYV ? camera->width * 2 : camera->width;
}

static unsigned bytes_per_line(const struct camera *camera) {
    return camera->fourcc == V4L2_PIX_FMT_MJPEG ? 0 : row_bytes(camera) + number("FAKEV4L2_PADDING", 0);
}

static unsigned rows(const struct camera *camera) {
    return camera->fourcc == V4L2_PIX_FMT_NV12 ? camera->height * 3 / 2 : camera->height;
}

static unsigned image_bytes(const struct camera *camera) {
    return camera->fourcc == V4L2_PIX_FMT_MJPEG ? camera->width * camera->height * 4 + 4096
                                                : bytes_per_line(camera) * rows(camera);
}

static unsigned paint(const struct camera *camera, uint8_t *out) {
    if (camera->fourcc == V4L2_PIX_FMT_MJPEG) {
        unsigned index = camera->sequence % picture_count;
        memcpy(out, pictures[index].bytes, pictures[index].length);
        return (unsigned)pictures[index].length;
    }
    unsigned line = bytes_per_line(camera);
    memset(out, 0xEE, (size_t)line * rows(camera));
    for (unsigned row = 0; row < rows(camera); row++)
        for (unsigned byte = 0; byte < row_bytes(camera); byte++)
            out[row * line + byte] = (uint8_t)(byte + row + 3 * camera->sequence);
    return line * rows(camera);
}

/* ---- streaming: a thread in the part of the hardware ---- */

static void fill_buffer(struct camera *camera) {
    bool realtime = !strcmp(setting("FAKEV4L2_CLOCK", ""), "realtime");
    unsigned damaged = number("FAKEV4L2_DAMAGED", 0), index = pop(&camera->queued);
    struct v4l2_buffer *done = &camera->done[index];
    struct timespec now;
    clock_gettime(realtime ? CLOCK_REALTIME : CLOCK_MONOTONIC, &now);
    memset(done, 0, sizeof *done);
    done->index = index;
    done->bytesused = paint(camera, camera->buffers[index]);
    done->flags = V4L2_BUF_FLAG_DONE | (realtime ? V4L2_BUF_FLAG_TIMESTAMP_UNKNOWN : V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC);
    camera->produced++;
    if (damaged && camera->produced % damaged == 0) done->flags |= V4L2_BUF_FLAG_ERROR;
    done->timestamp.tv_sec = now.tv_sec;
    done->timestamp.tv_usec = now.tv_nsec / 1000;
    done->sequence = camera->sequence;
    camera->state[index] = FILLED;
    push(&camera->filled, index);
    if (write(camera->wake_fd, "", 1) != 1) abort();
}

static void unplug(struct camera *camera) {
    camera->gone = true;
    unplugged = true;
    clock_gettime(CLOCK_MONOTONIC, &unplugged_at);
    syscall(SYS_close, camera->wake_fd);
}

static void *run(void *argument) {
    struct camera *camera = argument;
    unsigned skip = number("FAKEV4L2_SKIP", 0), last = number("FAKEV4L2_UNPLUG", 0);
    struct timespec next;
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (bool running = true; running;) {
        next.tv_nsec += 1000000000L / camera->fps;
        if (next.tv_nsec >= 1000000000L) next.tv_sec++, next.tv_nsec -= 1000000000L;
        clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
        pthread_mutex_lock(&lock);
        running = camera->streaming;
        if (running && last && camera->produced >= last) {
            unplug(camera);
            running = false;
        }
        if (running) {
            bool lost = (skip && camera->sequence % skip == skip - 1) || number("FAKEV4L2_SILENT", 0);
            if (!lost && camera->queued.count) fill_buffer(camera);
            camera->sequence++;
        }
        pthread_mutex_unlock(&lock);
    }
    return NULL;
}

static void stop(struct camera *camera) {
    if (!camera->streaming) return;
    camera->streaming = false;
    pthread_mutex_unlock(&lock);
    pthread_join(camera->thread, NULL);
    pthread_mutex_lock(&lock);
    for (char byte; camera->filled.count; pop(&camera->filled))
        if (read(camera->fd, &byte, 1) != 1) break;
    camera->queued.count = camera->filled.count = 0;
    memset(camera->state, 0, sizeof camera->state);
}

static void free_buffers(struct camera *camera) {
    if (!camera->buffer_count) return;
    memset(camera->state, 0, sizeof camera->state);
    camera->queued.count = 0;
    if (camera->own_memory) {
        camera->buffer_count = 0;
        return;
    }
    syscall(SYS_munmap, camera->memory, (size_t)camera->buffer_count * camera->buffer_bytes);
    syscall(SYS_close, camera->memory_fd);
    camera->buffer_count = 0;
}

/* ---- ioctls ---- */

static int query_capability(struct v4l2_capability *answer) {
    const char *kind = setting("FAKEV4L2_KIND", "capture");
    memset(answer, 0, sizeof *answer);
    strcpy((char *)answer->driver, "fakev4l2");
    strcpy((char *)answer->card, "Pretended camera");
    strcpy((char *)answer->bus_info, "preload:0");
    answer->device_caps = !strcmp(kind, "output")   ? V4L2_CAP_VIDEO_OUTPUT | V4L2_CAP_STREAMING
                          : !strcmp(kind, "mplane") ? V4L2_CAP_VIDEO_CAPTURE_MPLANE | V4L2_CAP_STREAMING
                          : !strcmp(kind, "nostream") ? V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_READWRITE
                                                      : V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
    /* of the whole device, not of this node: a program must look at device_caps */
    answer->capabilities = answer->device_caps | V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_DEVICE_CAPS;
    return 0;
}

static const unsigned offered[] = { V4L2_PIX_FMT_YUYV, V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_GREY, V4L2_PIX_FMT_MJPEG };

static unsigned offered_count(void) { return picture_count ? 4 : 3; }

static int enumerate_format(struct v4l2_fmtdesc *entry) {
    if (entry->index >= offered_count() || entry->type != V4L2_BUF_TYPE_VIDEO_CAPTURE) return fail(EINVAL);
    entry->pixelformat = offered[entry->index];
    return 0;
}

/* MJPG comes in the first size alone: that of the pictures. */
static int enumerate_size(struct v4l2_frmsizeenum *entry) {
    if (entry->index >= (entry->pixel_format == V4L2_PIX_FMT_MJPEG ? 1 : 2)) return fail(EINVAL);
    entry->type = V4L2_FRMSIZE_TYPE_DISCRETE;
    entry->discrete.width = sizes[entry->index].width;
    entry->discrete.height = sizes[entry->index].height;
    return 0;
}

static unsigned offered_rate(unsigned fourcc, unsigned index) {
    unsigned fps = number("FAKEV4L2_FPS", 100);
    unsigned rates[] = { fps, fps / 2, fourcc == V4L2_PIX_FMT_MJPEG ? 2 * fps : 0 };
    return index < 3 ? rates[index] : 0;
}

static int enumerate_interval(struct v4l2_frmivalenum *entry) {
    unsigned rate = offered_rate(entry->pixel_format, entry->index);
    if (!rate) return fail(EINVAL);
    entry->type = V4L2_FRMIVAL_TYPE_DISCRETE;
    entry->discrete.numerator = 1;
    entry->discrete.denominator = rate;
    return 0;
}

static void describe_format(const struct camera *camera, struct v4l2_format *format) {
    format->fmt.pix.width = camera->width;
    format->fmt.pix.height = camera->height;
    format->fmt.pix.pixelformat = camera->fourcc;
    format->fmt.pix.field = V4L2_FIELD_NONE;
    format->fmt.pix.bytesperline = bytes_per_line(camera);
    format->fmt.pix.sizeimage = image_bytes(camera);
    format->fmt.pix.colorspace = camera->fourcc == V4L2_PIX_FMT_MJPEG ? V4L2_COLORSPACE_JPEG : V4L2_COLORSPACE_SRGB;
    format->fmt.pix.quantization = V4L2_QUANTIZATION_DEFAULT;
}

/* As drivers do: what is not offered becomes the first format and the nearest size, without an error. */
static void adjust(struct camera *camera, const struct v4l2_format *wish) {
    camera->fourcc = offered[0];
    for (unsigned i = 0; i < offered_count(); i++)
        if (offered[i] == wish->fmt.pix.pixelformat) camera->fourcc = offered[i];
    bool small = wish->fmt.pix.width < 48 && camera->fourcc != V4L2_PIX_FMT_MJPEG;
    camera->width = sizes[small].width;
    camera->height = sizes[small].height;
}

static int format(struct camera *camera, unsigned request, struct v4l2_format *format) {
    if (format->type != V4L2_BUF_TYPE_VIDEO_CAPTURE) return fail(EINVAL);
    if (request == VIDIOC_S_FMT && (another_streams(camera) || camera->buffer_count)) return fail(EBUSY);
    struct camera wish = *camera;
    if (request != VIDIOC_G_FMT) adjust(&wish, format);
    if (request == VIDIOC_S_FMT) *camera = wish;
    describe_format(&wish, format);
    return 0;
}

static int parameters(struct camera *camera, unsigned request, struct v4l2_streamparm *parameters) {
    struct v4l2_fract *interval = &parameters->parm.capture.timeperframe;
    if (request == VIDIOC_S_PARM && interval->numerator) {
        double wish = (double)interval->denominator / interval->numerator;
        unsigned best = camera->fps;
        for (unsigned i = 0, rate; (rate = offered_rate(camera->fourcc, i)); i++)
            if (wish >= rate * 0.75 && wish <= rate * 1.5) best = rate;
        camera->fps = best;
    }
    parameters->parm.capture.capability = V4L2_CAP_TIMEPERFRAME;
    interval->numerator = 1;
    interval->denominator = camera->fps;
    return 0;
}

static int request_buffers(struct camera *camera, struct v4l2_requestbuffers *request) {
    bool own = request->memory == V4L2_MEMORY_USERPTR && number("FAKEV4L2_USERPTR", 1);
    if (!own && request->memory != V4L2_MEMORY_MMAP) return fail(EINVAL);
    if (request->type != V4L2_BUF_TYPE_VIDEO_CAPTURE) return fail(EINVAL);
    if (another_streams(camera) || camera->streaming) return fail(EBUSY);
    free_buffers(camera);
    if (request->count > MAX_BUFFERS) request->count = MAX_BUFFERS;
    if (!request->count) return 0;
    camera->own_memory = own;
    camera->buffer_bytes = (image_bytes(camera) + 4095) & ~4095u;
    if (own) {
        camera->buffer_count = request->count;
        return 0;
    }
    size_t length = (size_t)request->count * camera->buffer_bytes;
    camera->memory_fd = memfd_create("fakev4l2", MFD_CLOEXEC);
    if (camera->memory_fd < 0 || ftruncate(camera->memory_fd, (off_t)length)) return -1;
    camera->memory =
        (void *)syscall(SYS_mmap, NULL, length, PROT_READ | PROT_WRITE, MAP_SHARED, camera->memory_fd, 0L);
    for (unsigned i = 0; i < request->count; i++) camera->buffers[i] = camera->memory + (size_t)i * camera->buffer_bytes;
    camera->buffer_count = request->count;
    return 0;
}

static int query_buffer(const struct camera *camera, struct v4l2_buffer *buffer) {
    if (buffer->index >= camera->buffer_count) return fail(EINVAL);
    buffer->length = camera->buffer_bytes;
    buffer->m.offset = buffer->index * camera->buffer_bytes;
    return 0;
}

static int queue_buffer(struct camera *camera, const struct v4l2_buffer *buffer) {
    if (camera->gone) return fail(ENODEV);
    if (buffer->memory != (camera->own_memory ? V4L2_MEMORY_USERPTR : V4L2_MEMORY_MMAP)) return fail(EINVAL);
    if (camera->own_memory) {
        if (number("FAKEV4L2_USERPTR", 1) == 2 || buffer->length < image_bytes(camera)) return fail(EFAULT);
        camera->buffers[buffer->index % MAX_BUFFERS] = (uint8_t *)buffer->m.userptr;
    }
    if (buffer->index >= camera->buffer_count || camera->state[buffer->index] != WITH_PROGRAM) {
        fprintf(stderr, "fakev4l2: buffer %u was given back twice\n", buffer->index);
        abort();
    }
    camera->state[buffer->index] = QUEUED;
    push(&camera->queued, buffer->index);
    return 0;
}

static int dequeue_buffer(struct camera *camera, struct v4l2_buffer *buffer) {
    char byte;
    if (camera->gone) return fail(ENODEV);
    if (!camera->filled.count) return fail(EAGAIN);
    if (read(camera->fd, &byte, 1) != 1) abort();
    unsigned index = pop(&camera->filled);
    camera->state[index] = WITH_PROGRAM;
    *buffer = camera->done[index];
    return 0;
}

static int start(struct camera *camera) {
    if (!camera->buffer_count) return fail(EINVAL);
    camera->streaming = true;
    camera->sequence = camera->produced = 0;
    return pthread_create(&camera->thread, NULL, run, camera) ? fail(EIO) : 0;
}

static int handle(struct camera *camera, unsigned request, void *argument) {
    switch (request) {
    case VIDIOC_QUERYCAP: return query_capability(argument);
    case VIDIOC_ENUM_FMT: return enumerate_format(argument);
    case VIDIOC_ENUM_FRAMESIZES: return enumerate_size(argument);
    case VIDIOC_ENUM_FRAMEINTERVALS: return enumerate_interval(argument);
    case VIDIOC_G_FMT:
    case VIDIOC_TRY_FMT:
    case VIDIOC_S_FMT: return format(camera, request, argument);
    case VIDIOC_G_PARM:
    case VIDIOC_S_PARM: return parameters(camera, request, argument);
    case VIDIOC_REQBUFS: return request_buffers(camera, argument);
    case VIDIOC_QUERYBUF: return query_buffer(camera, argument);
    case VIDIOC_QBUF: return queue_buffer(camera, argument);
    case VIDIOC_DQBUF: return dequeue_buffer(camera, argument);
    case VIDIOC_STREAMON: return start(camera);
    case VIDIOC_STREAMOFF: return camera->gone ? fail(ENODEV) : (stop(camera), 0);
    default: return fail(ENOTTY);
    }
}

/* ---- open and close of the pretended device ---- */

static bool absent(void) {
    unsigned replug_ms = number("FAKEV4L2_REPLUG_MS", 0);
    struct timespec now;
    if (!unplugged) return false;
    clock_gettime(CLOCK_MONOTONIC, &now);
    long ms = (now.tv_sec - unplugged_at.tv_sec) * 1000 + (now.tv_nsec - unplugged_at.tv_nsec) / 1000000;
    return !replug_ms || ms < (long)replug_ms;
}

static int open_camera(void) {
    int ends[2];
    if (number("FAKEV4L2_OPEN_ERRNO", 0)) return fail((int)number("FAKEV4L2_OPEN_ERRNO", 0));
    if (absent()) return fail(ENOENT);
    load_pictures();
    for (int i = 0; i < MAX_CAMERAS; i++) {
        struct camera *camera = &cameras[i];
        if (camera->open) continue;
        if (pipe2(ends, O_CLOEXEC | O_NONBLOCK)) return -1;
        *camera = (struct camera){ .open = true, .fd = ends[0], .wake_fd = ends[1], .fourcc = offered[0],
                                   .width = sizes[0].width, .height = sizes[0].height,
                                   .fps = number("FAKEV4L2_FPS", 100) };
        return camera->fd;
    }
    return fail(EMFILE);
}

static void close_camera(struct camera *camera) {
    stop(camera);
    free_buffers(camera);
    if (!camera->gone) syscall(SYS_close, camera->wake_fd);
    camera->open = false;
}

/* ---- what the program calls instead of libc ---- */

static int open_either(const char *path, int flags, mode_t mode) {
    if (!path || strcmp(path, setting("FAKEV4L2_DEVICE", "/dev/video0")))
        return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
    pthread_mutex_lock(&lock);
    int fd = open_camera();
    pthread_mutex_unlock(&lock);
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return open_either(path, flags, mode);
}

int open64(const char *path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    mode_t mode = va_arg(arguments, mode_t);
    va_end(arguments);
    return open_either(path, flags | O_LARGEFILE, mode);
}

int ioctl(int fd, unsigned long request, ...) {
    va_list arguments;
    va_start(arguments, request);
    void *argument = va_arg(arguments, void *);
    va_end(arguments);
    pthread_mutex_lock(&lock);
    struct camera *camera = _IOC_TYPE(request) == 'V' ? camera_of(fd) : NULL;
    int result = camera ? handle(camera, (unsigned)request, argument) : 0;
    pthread_mutex_unlock(&lock);
    return camera ? result : (int)syscall(SYS_ioctl, fd, request, argument);
}

void *mmap(void *address, size_t length, int protection, int flags, int fd, off_t offset) {
    struct camera *camera = fd >= 0 ? camera_of(fd) : NULL;
    return (void *)syscall(SYS_mmap, address, length, protection, flags, camera ? camera->memory_fd : fd, offset);
}

void *mmap64(void *address, size_t length, int protection, int flags, int fd, off64_t offset) {
    return mmap(address, length, protection, flags, fd, offset);
}

int close(int fd) {
    pthread_mutex_lock(&lock);
    struct camera *camera = camera_of(fd);
    if (camera) close_camera(camera);
    pthread_mutex_unlock(&lock);
    return (int)syscall(SYS_close, fd);
}
