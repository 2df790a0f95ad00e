package io.github.hunyuanvideo.core.pipeline;

import io.github.hunyuanvideo.api.VideoRequest;
import java.util.List;

/**
 * One of the videos that a request asks for.
 *
 * @param request for this video alone, with everything filled in: rounded size, seed, negative
 *     prompt
 * @param notices what was adjusted, in sentences
 */
record Shot(VideoRequest request, List<String> notices) {}
