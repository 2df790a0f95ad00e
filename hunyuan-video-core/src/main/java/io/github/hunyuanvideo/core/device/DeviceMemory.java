package io.github.hunyuanvideo.core.device;

/**
 * The memory of a device beside the CPU, at one moment, of all programs together.
 *
 * @param total bytes
 * @param available bytes that nobody uses
 */
public record DeviceMemory(long total, long available) {}
