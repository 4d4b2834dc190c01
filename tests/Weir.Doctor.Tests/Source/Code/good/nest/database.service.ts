import { Injectable, OnModuleDestroy, OnModuleInit } from '@nestjs/common';
import { MongoClient } from 'mongodb';

@Injectable()
export class DatabaseService implements OnModuleInit, OnModuleDestroy {
  private client: MongoClient;

  async onModuleInit(): Promise<void> {
    this.client = await MongoClient.connect(process.env.MONGODB_URI, { maxPoolSize: 10 });
  }

  async onModuleDestroy(): Promise<void> {
    await this.client.close();
  }
}
