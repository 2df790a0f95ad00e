package io.github.hunyuanvideo.core.pipeline;

/** The terms of the published weights, which are not those of this library. */
final class TencentLicence {

  /** Models as large as this are taken for Tencent's; nobody else has trained one of this kind. */
  static final long FROM_PARAMETERS = 10_000_000_000L;

  static final String NOTICE =
      "The weights of HunyuanVideo are Tencent's, under the Tencent Hunyuan Community License Agreement: it does not apply in the European Union, the United Kingdom and South Korea, and has terms for use by many users. Read it before you use or publish results: https://github.com/Tencent-Hunyuan/HunyuanVideo/blob/main/LICENSE.txt";

  private TencentLicence() {}
}
