import { Module } from '@nestjs/common';
import { MongoClient } from 'mongodb';

@Module({
  providers: [
    {
      provide: 'MONGO',
      useFactory: async (): Promise<MongoClient> => {
        const client = new MongoClient(process.env.MONGODB_URI, { maxPoolSize: 10 });
        await client.connect();
        return client;
      },
    },
    {
      provide: 'DATABASE',
      useFactory: async () => (await MongoClient.connect(process.env.MONGODB_URI, { maxPoolSize: 10 })).db('app'),
    },
  ],
  exports: ['MONGO', 'DATABASE'],
})
export class DatabaseModule {}
