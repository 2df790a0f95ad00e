package io.github.hunyuanvideo.core.pipeline;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * Reminds once of the terms of the published weights, which are not those of this library.
 *
 * @param fromParameters models as large as this are taken for Tencent's
 */
record TencentLicence(long fromParameters) {

  private static final Logger log = LoggerFactory.getLogger(TencentLicence.class);

  /** Nobody else has trained a model of this kind and of this size. */
  private static final long PUBLISHED = 10_000_000_000L;

  private static final String NOTICE =
      "The weights of HunyuanVideo are Tencent's, under the Tencent Hunyuan Community License Agreement: it does not apply in the European Union, the United Kingdom and South Korea, and has terms for use by many users. Read it before you use or publish results: https://github.com/Tencent-Hunyuan/HunyuanVideo/blob/main/LICENSE.txt";

  /**
   * Whether this JVM was told. It is the one fact that outlives every pipeline: pipelines come and
   * go and do not know of one another, so none of them could keep it.
   */
  private static final AtomicBoolean TOLD = new AtomicBoolean();

  /** The licence of the published weights. */
  static TencentLicence ofPublishedWeights() {
    return new TencentLicence(PUBLISHED);
  }

  /**
   * Prints the reminder if a model is Tencent's and this JVM has not been reminded yet: as a
   * warning, or to standard error where SLF4J has nobody to hand it to and it would be lost.
   */
  void remindOf(long parameters) {
    if (parameters < fromParameters || TOLD.getAndSet(true)) {
      return;
    }
    if (LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory) {
      System.err.println(NOTICE);
    } else {
      log.warn(NOTICE);
    }
  }
}
